"""The track of contribution years: who applies, what is recognised, who pays back, what funds transfer."""
