package contact

import "strconv"

// org is the rule of the organisation's number: digits only, as the API's paths have it. It returns 0 for none.
func (f *findings) org(s string) int64 {
	text, ok := plain(s)
	if text == "" {
		return 0
	}
	id, err := strconv.ParseUint(text, 10, 63)
	if !ok || err != nil || id == 0 {
		f.refuse(Problem{
			Code: code(Org, whatSyntax), Field: Org, Value: s,
			Message: "not the number of an emnify organisation, which has digits only",
			Fix:     "write the number, or leave it empty to use --org; unmap the column with --map org_id= if it means something else",
		})
		return 0
	}
	return int64(id)
}
