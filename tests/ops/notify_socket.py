#!/usr/bin/env python3
"""Stands in for systemd's side of sd_notify: prints what a service says, one message a line.

  notify_socket.py SOCKET     until SIGTERM
"""
import os
import socket
import sys

path = sys.argv[1]
if os.path.exists(path):
    os.unlink(path)
listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listening.bind(path)
os.chmod(path, 0o666)
print("listening", flush=True)
while True:
    message = listening.recv(4096).decode("utf-8", "replace")
    print(message.strip().replace("\n", " "), flush=True)
