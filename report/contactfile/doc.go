// Package contactfile writes files of contacts that every command reads back: those that validate accepts, and exports as
// CSV, JSON and XLSX.
package contactfile
