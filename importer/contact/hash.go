package contact

// Hash is what a contact, or a part of it, is recognised by over runs: 128 bits of a cryptographic hash over normal
// forms. Two different contacts never share one in practice, and no contact can be read out of it.
type Hash [16]byte
