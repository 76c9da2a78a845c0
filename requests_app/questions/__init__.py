"""The questions of an application: fields, and which answers are refused; the citizens' form and the counter ask the
same. One form per step; the names of the fields are the keys of the answers."""
