package email

// IsEmailErrors are the addresses of is_email's test set that are none.
func IsEmailErrors() (addresses []string) {
	for _, e := range isEmailErrors() {
		addresses = append(addresses, e.address)
	}
	return addresses
}
