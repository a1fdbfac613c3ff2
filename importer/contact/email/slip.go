package email

// OneSlip reports whether two words of ASCII differ by one slip: a letter more, less or other, or two neighbours that
// changed places. It is asked for every row, and so looks only at what lies between the common beginning and end.
func OneSlip(a, b string) bool {
	if len(a)-len(b) > 1 || len(b)-len(a) > 1 {
		return false
	}
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 2 && len(b) == 2 {
		return a[0] == b[1] && a[1] == b[0]
	}
	return max(len(a), len(b)) == 1
}
