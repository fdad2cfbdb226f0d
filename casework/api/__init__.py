"""How every REST endpoint reads a request and answers it; apps above add their serializers, views and addresses.

What does not belong here: any endpoint, any rule of a case, and who the actor is (accounts' authentication says so).
"""
