// Package email brings an e-mail address, as people and programs write it, into normal form, or says why it is none.
package email
