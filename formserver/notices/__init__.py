"""Messages to people: the board they are kept on, the page 消息, the bell in the head."""
