// Package simulator is an emnify API for tests and trials: an [http.Handler] that behaves as the documentation and
// recorded answers of the real service say, its traps included, and that goes wrong on purpose when it is told to.
//
// It owns its wire structs, its own reading of the API and its state, which lives in memory. It imports no other
// package of this module, so that a mistake of the client is not mirrored here.
//
// It guarantees: a request is judged and counted in the order of arrival; a create that was answered, or cut off by a
// fault that commits, is in [Server.Contacts]; the same seed, faults and requests give the same faults. A share of
// requests ("10%") is drawn from what the request says and not from when it arrives, so that it is repeatable with
// many workers too.
//
// It keeps nothing on disk, and knows no other entry points than those that contacts need. TLS and HTTP/2 are for tests
// ([Server.ServeTLS]).
package simulator
