package outcome

import "fmt"

// Done is the status of a row for which the action was to be done, and was done.
func (a Action) Done() Status {
	switch a {
	case Update:
		return Updated
	case Delete:
		return Deleted
	default:
		return Created
	}
}

// Was says in words what the action has done to a contact: "contact 12 was changed". The id of one that was to be created is
// not known.
func (a Action) Was(id int64) string { return a.became(id, "was") }

// WasNot says in words what the action has not done to a contact.
func (a Action) WasNot(id int64) string { return a.became(id, "was not") }

func (a Action) became(id int64, was string) string {
	switch a {
	case Update:
		return fmt.Sprintf("contact %d %s changed", id, was)
	case Delete:
		return fmt.Sprintf("contact %d %s deleted", id, was)
	default:
		return fmt.Sprintf("the contact %s created", was)
	}
}
