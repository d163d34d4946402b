"""What did the articles report, and how does a run compare?"""
