"""Facts and rules of the office that need neither a database nor a framework."""
