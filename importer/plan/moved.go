package plan

import (
	"fmt"

	"github.com/contactsync/contactsync/importer/stop"
)

// What of the rows may have ids that lead to other people: so many, or such a share.
const (
	mostMoved        = 2
	mostMovedPercent = 5
)

// guardMoved stops a run in whose input ids have come to mean other people: its system numbers them anew, or the ids stand in
// another column.
func (p *Plan) guardMoved() []stop.Exceeded {
	n, rows := p.Counts[Moved], p.Len()
	if n <= mostMoved || n*100 <= rows*mostMovedPercent {
		return nil
	}
	return exceeded("accept-moved-ids", n,
		fmt.Sprintf("%d of %d rows have an external_id that is known as that of another contact than their key names, "+
			"more than %d rows and %d%% of them", n, rows, mostMoved, mostMovedPercent),
		"look at them in the report (external_id.moved): if the ids are right and have been given anew, let them pass once with "+
			"--accept-moved-ids, and each goes over to the contact that the row's key names; else map the column that holds them")
}
