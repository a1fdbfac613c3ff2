package source

// FormerEncoding returns the encoding in which version 1 read the input where nobody told it one, if the text reads
// otherwise now; else it is empty.
func (in *Input) FormerEncoding() string {
	if in.text.Former == nil {
		return ""
	}
	return in.text.Former.Name
}

// FormerCell returns a text of the input as version 1 read it.
func (in *Input) FormerCell(text string) string { return in.formerCell(text) }
