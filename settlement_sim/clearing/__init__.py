"""The money between the funds: statements, remittances, prepayments, and when hospitals are paid."""
