"""The pages of both sides: opening, the room, proof, offers, the letter; and what is public. One command per POST."""
