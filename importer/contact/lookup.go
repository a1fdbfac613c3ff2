package contact

// Countries resolves what people write for a country. Implementations are safe for concurrent use and cheap: they are
// asked once a row.
type Countries interface {
	// Lookup takes an ISO 3166-1 code of two or three letters, or a name or alias in any language that is known,
	// whatever its case, accents and punctuation. The answer's ID is 0 if the platform has no number for the country,
	// or if numbers are not known at all (offline).
	Lookup(text string) (Country, bool)
	// ByID takes the platform's number.
	ByID(id int) (Country, bool)
	// Nearest returns the known name that is closest to text, for "did you mean"; empty if none is near.
	Nearest(text string) string
	// NeedID tells whether a country without an ID cannot be sent: true for the platform's table, false offline.
	NeedID() bool
}

// Types resolves what people write for a contact type. Implementations are safe for concurrent use and cheap: they are
// asked once a row.
type Types interface {
	// Lookup takes a name in any case and known language, or a number. The answer's ID is 0 if the number of a known
	// name is not known; ok is false if neither name nor number says anything.
	Lookup(text string) (t Type, ok bool)
	// Names returns the names that are known, for messages. Where NeedID is true these are the ones with a number.
	Names() []string
	// NeedID tells whether a type without an ID cannot be sent: true for an import, false for a mere check.
	NeedID() bool
}
