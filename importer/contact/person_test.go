package contact_test

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
)

func TestClearlyOthers(t *testing.T) {
	t.Parallel()
	type c = contact.Contact
	ann := c{Name: "Ann Lee", Email: "ann@example.com", Phone: "+493023125010"}
	tests := map[string]struct {
		a, b c
		want bool
	}{
		"name and e-mail differ":                   {ann, c{Name: "Bob Ray", Email: "bob@example.com"}, true},
		"colleagues with one number":               {ann, c{Name: "Bob Ray", Email: "bob@example.com", Phone: ann.Phone}, true},
		"a family with one surname":                {ann, c{Name: "Bob Lee", Email: "bob@example.com"}, true},
		"a new address":                            {ann, c{Name: "Ann Lee", Email: "lee@example.org"}, false},
		"a new name":                               {ann, c{Name: "Ann Ray", Email: "ann@example.com"}, false},
		"a new name, the address in capitals":      {ann, c{Name: "Ann Ray", Email: "ANN@Example.com"}, false},
		"a slip in the name":                       {ann, c{Name: "Ann Leee", Email: "lee@example.org"}, false},
		"the name the other way round":             {ann, c{Name: "Lee, Ann", Email: "lee@example.org"}, false},
		"an initial":                               {ann, c{Name: "A. Lee", Email: "lee@example.org"}, false},
		"a title":                                  {ann, c{Name: "Dr. Ann Lee", Email: "lee@example.org"}, false},
		"no name here":                             {c{Email: "ann@example.com"}, c{Name: "Bob Ray", Email: "bob@example.com"}, false},
		"no e-mail here, another number":           {c{Name: "Bob Ray", Phone: "+493023125099"}, ann, true},
		"no e-mail here, the number is the mobile": {c{Name: "Bob Ray", Mobile: ann.Phone}, ann, false},
		"no e-mail, no number":                     {c{Name: "Bob Ray"}, ann, false},
		"no e-mail on either side":                 {c{Name: "Bob Ray", Phone: "+493023125099"}, c{Name: "Ann Lee", Phone: "+493023125010"}, true},
		"nothing but names":                        {c{Name: "Bob Ray"}, c{Name: "Ann Lee"}, false},
		"nothing":                                  {c{}, c{}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := contact.ClearlyOthers(&test.a, &test.b); got != test.want {
				t.Errorf("%t, want %t", got, test.want)
			}
			if got := contact.ClearlyOthers(&test.b, &test.a); got != test.want {
				t.Errorf("the other way round %t, want %t", got, test.want)
			}
		})
	}
}
