"""Every sentence of an examination, with the SQL that repairs what it says.

Tests assert the words. Messages are one line in lower case with names in double quotes.
"""
