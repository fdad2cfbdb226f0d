"""How every REST endpoint reads a request and answers it; apps above add their serializers, views and addresses."""
