package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// target is a kind of request, as faults choose them.
type target string

const (
	targetAuth    target = "AUTH"    // POST /authenticate
	targetCreate  target = "CREATE"  // POST a contact
	targetChange  target = "CHANGE"  // PATCH a contact
	targetDelete  target = "DELETE"  // DELETE a contact
	targetRead    target = "READ"    // GET one contact
	targetList    target = "LIST"    // GET the contacts of an organisation
	targetCountry target = "COUNTRY" // GET the countries
	targetMy      target = "MY"      // GET the own organisation
	targetOther   target = ""        // nothing that the API has
)

// targetOf tells what a request wants, whether it may have it or not.
func targetOf(r *http.Request) target {
	path, ok := strings.CutPrefix(r.URL.Path, apiRoot)
	parts := strings.Split(path, "/")
	contacts := len(parts) >= 3 && parts[0] == "organisation" && parts[2] == "contact"
	switch {
	case !ok:
		return targetOther
	case path == "authenticate":
		return targetAuth
	case path == "country":
		return targetCountry
	case path == "organisation/my":
		return targetMy
	case contacts && len(parts) == 3 && r.Method == http.MethodGet:
		return targetList
	case contacts && len(parts) == 3 && r.Method == http.MethodPost:
		return targetCreate
	case contacts && len(parts) == 4 && r.Method == http.MethodGet:
		return targetRead
	case contacts && len(parts) == 4 && r.Method == http.MethodPatch:
		return targetChange
	case contacts && len(parts) == 4 && r.Method == http.MethodDelete:
		return targetDelete
	}
	return targetOther
}

// targetSets are what may stand behind the @ of a fault. A method leaves authentication out: a fault that hits it must
// name it, since three failures lock an account.
func targetSets() map[string][]target {
	gets := []target{targetRead, targetList, targetCountry, targetMy}
	writes := []target{targetCreate, targetChange, targetDelete}
	calls := slices.Concat(gets, writes)
	return map[string][]target{
		"GET":     gets,
		"POST":    {targetCreate},
		"PATCH":   {targetChange},
		"DELETE":  {targetDelete},
		"LIST":    {targetList},
		"COUNTRY": {targetCountry},
		"MY":      {targetMy},
		"AUTH":    {targetAuth},
		"WRITE":   writes,
		"CALL":    calls,
		"ANY":     append(slices.Clone(calls), targetAuth),
	}
}

// TargetNames returns what may stand behind the @ of a fault.
func TargetNames() []string {
	return []string{"GET", "POST", "PATCH", "DELETE", "LIST", "COUNTRY", "MY", "AUTH", "WRITE", "CALL", "ANY"}
}
