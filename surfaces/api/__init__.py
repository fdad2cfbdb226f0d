"""The base of every REST endpoint: reading a request and answering it. Apps add serializers, views and addresses."""
