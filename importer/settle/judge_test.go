package settle_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
	"github.com/contactsync/contactsync/importer/settle"
)

// person is what a test says of a contact: small numbers stand for hashes, 0 for what is empty.
type person struct {
	content, key               byte
	email, phone, mobile, name uint64
	version                    int
}

func (p person) sent() contact.Fingerprint {
	s := contact.Fingerprint{
		Content: contact.Hash{p.content}, Identifiers: contact.Identifiers{p.email, p.phone, p.mobile, p.name}, Version: contact.Version + p.version,
	}
	if p.key != 0 {
		s.Key = contact.Hash{1, p.key}
	}
	return s
}

// row is a row whose answers were lost so many times.
func row(seq, attempts int, p person) settle.InDoubt {
	return settle.InDoubt{Seq: seq, Org: 1, Attempts: attempts, Fingerprint: p.sent()}
}

func shown(id int64, p person) settle.Candidate {
	return settle.Candidate{ID: id, Fingerprint: p.sent()}
}

// told is what a finding says, in a form that a difference shows well.
type told struct {
	Finding  settle.Presence
	ID       int64
	Differs  bool
	Seconds  []int64
	Suspects []int64
}

func toldOf(findings []settle.Finding) []told {
	var all []told
	for _, v := range findings {
		t := told{Finding: v.Presence, ID: v.ID, Differs: v.Differs}
		t.Seconds = append(t.Seconds, v.Seconds...)
		t.Suspects = append(t.Suspects, v.Suspects...)
		all = append(all, t)
	}
	return all
}

func listedBefore(ids ...int64) func(int64) bool {
	return func(id int64) bool { return slices.Contains(ids, id) }
}

func TestJudge(t *testing.T) {
	t.Parallel()
	ann := person{content: 1, key: 1, email: 1, phone: 2, mobile: 3, name: 4}
	cut := func(change func(*person)) person { // what the service, or somebody, made of ann
		p := ann
		p.content = 9
		change(&p)
		return p
	}
	noKey := person{content: 5, phone: 6, name: 7}
	bob := person{content: 2, key: 1, email: 1, name: 9} // shares ann's mailbox
	older := func(p person) person { p.version = -1; return p }
	before := func(l settle.InDoubt, ids ...int64) settle.InDoubt { l.Before = listedBefore(ids...); return l }
	made := func(l settle.InDoubt) settle.InDoubt { l.Made = true; return l }

	present, absent := settle.Present, settle.Absent
	tests := map[string]struct {
		lost    []settle.InDoubt
		shown   []settle.Candidate
		claimed map[int64]bool
		want    []told
	}{
		"of an older normal form, equal to one and like another": {
			lost: []settle.InDoubt{row(1, 1, older(ann))}, shown: []settle.Candidate{shown(5, cut(func(*person) {})), shown(6, ann)},
			want: []told{{Finding: present, ID: 6}},
		},
		"of an older normal form, equal to too many and like another": {
			lost: []settle.InDoubt{row(1, 1, older(ann))}, shown: []settle.Candidate{shown(5, cut(func(*person) {})), shown(6, ann), shown(7, ann)},
			want: []told{{Suspects: []int64{6, 7}}},
		},
		"nothing is shown": {
			lost: []settle.InDoubt{row(1, 1, ann)}, want: []told{{Finding: absent}},
		},
		"equal in everything": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(5, ann)}, want: []told{{Finding: present, ID: 5}},
		},
		"listed before": {
			lost: []settle.InDoubt{before(row(1, 1, ann), 5)}, shown: []settle.Candidate{shown(5, ann)}, want: []told{{Finding: absent}},
		},
		"another row's": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(5, ann)}, claimed: map[int64]bool{5: true},
			want: []told{{Finding: absent}},
		},
		"the lowest id of as many as attempts": {
			lost: []settle.InDoubt{row(1, 2, ann)}, shown: []settle.Candidate{shown(8, ann), shown(6, ann)},
			want: []told{{Finding: present, ID: 6, Seconds: []int64{8}}},
		},
		"more than attempts": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(8, ann), shown(6, ann)},
			want: []told{{Suspects: []int64{6, 8}}},
		},
		"one that is claimed is none of the attempts'": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(6, ann), shown(8, ann)}, claimed: map[int64]bool{6: true},
			want: []told{{Finding: present, ID: 8}},
		},
		"agrees in the e-mail only, without the key": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(5, person{content: 9, key: 9, email: 1})},
			want: []told{{Suspects: []int64{5}}},
		},
		"agrees in the phone only": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(5, person{content: 9, phone: 2})},
			want: []told{{Suspects: []int64{5}}},
		},
		"agrees in the mobile only": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(5, person{content: 9, mobile: 3})},
			want: []told{{Suspects: []int64{5}}},
		},
		"its phone is the mobile there": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(5, person{content: 9, mobile: 2})},
			want: []told{{Suspects: []int64{5}}},
		},
		"agrees in the name only": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(5, person{content: 9, name: 4})},
			want: []told{{Suspects: []int64{5}}},
		},
		"agrees in nothing": {
			lost: []settle.InDoubt{row(1, 1, ann)}, shown: []settle.Candidate{shown(5, person{content: 9, key: 8, email: 8, phone: 8, name: 8})},
			want: []told{{Finding: absent}},
		},
		"what is empty agrees with nothing": {
			lost: []settle.InDoubt{row(1, 1, person{content: 1, name: 4})}, shown: []settle.Candidate{shown(5, person{content: 9, name: 8})},
			want: []told{{Finding: absent}},
		},
		"the key only": {
			lost:  []settle.InDoubt{row(1, 1, ann)},
			shown: []settle.Candidate{shown(5, cut(func(p *person) { p.phone = 0 }))},
			want:  []told{{Finding: present, ID: 5, Differs: true}},
		},
		"the key only, twice": {
			lost:  []settle.InDoubt{row(1, 2, ann)},
			shown: []settle.Candidate{shown(5, cut(func(p *person) { p.phone = 0 })), shown(6, cut(func(p *person) { p.mobile = 0 }))},
			want:  []told{{Suspects: []int64{5, 6}}},
		},
		"more than another's attempts: none of them is this row's by its key": {
			lost:  []settle.InDoubt{row(1, 1, bob), row(2, 1, ann), row(3, 1, ann)},
			shown: []settle.Candidate{shown(6, ann)},
			want:  []told{{Suspects: []int64{6}}, {Suspects: []int64{6}}, {Suspects: []int64{6}}},
		},
		"a shared mailbox, and the other's id is not known": {
			lost: []settle.InDoubt{row(1, 1, bob), made(row(2, 1, ann))}, shown: []settle.Candidate{shown(6, ann)},
			want: []told{{Finding: absent}, {Finding: present, ID: 6}},
		},
		"the key, and another that agrees otherwise": {
			lost:  []settle.InDoubt{row(1, 1, ann)},
			shown: []settle.Candidate{shown(5, cut(func(p *person) { p.phone = 0 })), shown(6, person{content: 8, name: 4})},
			want:  []told{{Finding: present, ID: 5, Differs: true}},
		},
		"without a key: name and number": {
			lost:  []settle.InDoubt{row(1, 1, noKey)},
			shown: []settle.Candidate{shown(5, person{content: 9, phone: 6, name: 7, mobile: 1})},
			want:  []told{{Finding: present, ID: 5, Differs: true}},
		},
		"without a key: name alone is not enough": {
			lost:  []settle.InDoubt{row(1, 1, noKey)},
			shown: []settle.Candidate{shown(5, person{content: 9, phone: 8, name: 7})},
			want:  []told{{Suspects: []int64{5}}},
		},
		"a shared mailbox: each row its own": {
			lost:  []settle.InDoubt{row(1, 1, ann), row(2, 1, bob)},
			shown: []settle.Candidate{shown(5, bob), shown(6, ann)},
			want:  []told{{Finding: present, ID: 6}, {Finding: present, ID: 5}},
		},
		"a shared mailbox: one of them is there": {
			lost:  []settle.InDoubt{row(1, 1, ann), row(2, 1, bob)},
			shown: []settle.Candidate{shown(6, ann)},
			want:  []told{{Finding: present, ID: 6}, {Finding: absent}},
		},
		"a shared mailbox: what equals neither could be either's": {
			lost:  []settle.InDoubt{row(1, 1, ann), row(2, 1, bob)},
			shown: []settle.Candidate{shown(6, cut(func(p *person) { p.name = 0 }))},
			want:  []told{{Suspects: []int64{6}}, {Suspects: []int64{6}}},
		},
		"equal goes before the key, whichever row comes first": {
			lost:  []settle.InDoubt{row(1, 1, bob), row(2, 1, ann)},
			shown: []settle.Candidate{shown(6, ann), shown(7, cut(func(p *person) { p.name = 9; p.phone = 0 }))},
			want:  []told{{Finding: present, ID: 7, Differs: true}, {Finding: present, ID: 6}},
		},
		"two rows of equal content with more than their attempts: neither is absent": {
			lost:  []settle.InDoubt{row(1, 1, ann), row(2, 1, ann)},
			shown: []settle.Candidate{shown(6, ann), shown(7, ann)},
			want:  []told{{Suspects: []int64{6, 7}}, {Suspects: []int64{6, 7}}},
		},
		"an older normal form: the traits": {
			lost:  []settle.InDoubt{row(1, 1, older(person{content: 77, key: 1, email: 1, phone: 2, mobile: 3, name: 4}))},
			shown: []settle.Candidate{shown(5, ann)},
			want:  []told{{Finding: present, ID: 5}},
		},
		"an older normal form: equal hashes are of equal contacts": {
			lost:  []settle.InDoubt{row(1, 1, older(person{content: 1, key: 1, email: 8}))},
			shown: []settle.Candidate{shown(5, ann)},
			want:  []told{{Finding: present, ID: 5}},
		},
		"an older normal form: other hashes say nothing": {
			lost:  []settle.InDoubt{row(1, 1, older(person{content: 2, key: 2, email: 8}))},
			shown: []settle.Candidate{shown(5, ann)},
			want:  []told{{Finding: absent}},
		},
		"an older normal form: no trait, no finding by it": {
			lost:  []settle.InDoubt{row(1, 1, older(person{content: 1}))},
			shown: []settle.Candidate{shown(5, person{content: 9})},
			want:  []told{{Finding: absent}},
		},
		"an older normal form leaves others what is equal to them": {
			lost:  []settle.InDoubt{row(1, 1, older(person{content: 77, email: 1, phone: 2, mobile: 3, name: 4})), row(2, 1, ann)},
			shown: []settle.Candidate{shown(5, ann)},
			want:  []told{{Finding: absent}, {Finding: present, ID: 5}},
		},
		"an older normal form: one person with two types": {
			lost: []settle.InDoubt{
				row(1, 1, older(person{content: 77, key: 7, email: 1, name: 4})), row(2, 1, older(person{content: 78, key: 8, email: 1, name: 4})),
			},
			shown: []settle.Candidate{shown(5, person{content: 1, key: 1, email: 1, name: 4}), shown(6, person{content: 2, key: 2, email: 1, name: 4})},
			want:  []told{{Suspects: []int64{5, 6}}, {Suspects: []int64{5, 6}}},
		},
		"an older normal form: one person with two types, enough attempts for one": {
			lost: []settle.InDoubt{
				row(1, 2, older(person{content: 77, key: 7, email: 1, name: 4})), row(2, 1, older(person{content: 78, key: 8, email: 1, name: 4})),
			},
			shown: []settle.Candidate{shown(5, person{content: 1, key: 1, email: 1, name: 4}), shown(6, person{content: 2, key: 2, email: 1, name: 4})},
			want:  []told{{Suspects: []int64{5, 6}}, {Suspects: []int64{5, 6}}},
		},
		"made without an id": {
			lost: []settle.InDoubt{made(row(1, 1, ann))}, shown: []settle.Candidate{shown(5, ann)}, want: []told{{Finding: present, ID: 5}},
		},
		"made without an id, and not shown: known to be there all the same": {
			lost: []settle.InDoubt{made(row(1, 1, ann))}, want: []told{{}},
		},
		"made without an id, more than attempts": {
			lost: []settle.InDoubt{made(row(1, 1, ann))}, shown: []settle.Candidate{shown(5, ann), shown(6, ann)},
			want: []told{{Suspects: []int64{5, 6}}},
		},
		"made without an id, found by its key": {
			lost:  []settle.InDoubt{made(row(1, 1, ann))},
			shown: []settle.Candidate{shown(5, cut(func(p *person) { p.mobile = 0 }))},
			want:  []told{{Finding: present, ID: 5, Differs: true}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := toldOf(settle.Judge(test.lost, test.shown, test.claimed))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// scene is a random case for Judge, small enough that contacts and rows often agree.
type scene struct {
	lost    []settle.InDoubt
	shown   []settle.Candidate
	claimed map[int64]bool
	known   map[int64]bool // listed before
}

func drawScene(t *rapid.T) scene {
	s := scene{claimed: map[int64]bool{}, known: map[int64]bool{}}
	small := rapid.Uint64Range(0, 1)
	draw := func(name string, version int) person {
		p := person{email: small.Draw(t, name+" email"), phone: small.Draw(t, name+" phone"), name: small.Draw(t, name+" name"), version: version}
		kind := byte(rapid.IntRange(0, 1).Draw(t, name+" type"))
		p.content = 1 + byte(p.email*4+p.phone*2+p.name)*2 + kind
		if p.email != 0 {
			p.key = 1 + byte(p.email)*2 + kind
		}
		return p
	}
	for id := range int64(rapid.IntRange(0, 5).Draw(t, "contacts")) {
		s.shown = append(s.shown, shown(id+1, draw("contact", 0)))
		s.claimed[id+1] = rapid.IntRange(0, 5).Draw(t, "claimed") == 0
		s.known[id+1] = rapid.IntRange(0, 5).Draw(t, "known") == 0
	}
	maps.DeleteFunc(s.claimed, func(_ int64, is bool) bool { return !is })
	for i := range rapid.IntRange(1, 4).Draw(t, "rows") {
		l := row(i+1, rapid.IntRange(1, 3).Draw(t, "attempts"), draw("row", -rapid.IntRange(0, 1).Draw(t, "older")))
		l.Made = rapid.IntRange(0, 4).Draw(t, "made") == 0
		l.Before = func(id int64) bool { return s.known[id] }
		s.lost = append(s.lost, l)
	}
	return s
}

// TestJudgeProperties holds for whatever was lost and is shown: no contact is given to two rows, none that was there
// before or is another's is given at all, a row is absent only if nothing new agrees with it but what is somebody
// else's for certain, and the order of a listing does not matter.
func TestJudgeProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		findings := settle.Judge(s.lost, s.shown, s.claimed)

		given := map[int64]int{}
		for _, v := range findings {
			if v.Presence != settle.Present {
				if v.ID != 0 || len(v.Seconds) > 0 {
					t.Fatalf("row %d is not present and has contacts: %+v", v.InDoubt.Seq, v)
				}
				continue
			}
			if len(v.Seconds)+1 > v.InDoubt.Attempts {
				t.Fatalf("row %d has %d contacts of %d attempts", v.InDoubt.Seq, len(v.Seconds)+1, v.InDoubt.Attempts)
			}
			for _, id := range append([]int64{v.ID}, v.Seconds...) {
				if other := given[id]; other != 0 {
					t.Fatalf("contact %d is given to rows %d and %d", id, other, v.InDoubt.Seq)
				}
				given[id] = v.InDoubt.Seq
				if s.claimed[id] || s.known[id] {
					t.Fatalf("contact %d, which is not new, is given to row %d", id, v.InDoubt.Seq)
				}
			}
		}
		for _, v := range findings {
			if v.Presence == settle.Absent {
				checkAbsent(t, s, v, given)
			}
		}
		mixed := slices.Clone(s.shown)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if diff := cmp.Diff(toldOf(findings), toldOf(settle.Judge(s.lost, mixed, s.claimed))); diff != "" {
			t.Fatalf("the order of the listing matters (-listed +mixed):\n%s", diff)
		}
	})
}

func checkAbsent(t *rapid.T, s scene, v settle.Finding, given map[int64]int) {
	if v.InDoubt.Made {
		t.Fatalf("row %d was made, and is told to be absent", v.InDoubt.Seq)
	}
	for _, c := range s.shown {
		if s.claimed[c.ID] || s.known[c.ID] || given[c.ID] != 0 {
			continue
		}
		if v.InDoubt.Identifiers.Agrees(c.Identifiers) || v.InDoubt.Version == c.Version && v.InDoubt.Key == c.Key && c.Key != (contact.Hash{}) {
			t.Fatalf("row %d is told to be absent, and contact %d, which is nobody's, agrees with it", v.InDoubt.Seq, c.ID)
		}
	}
}

// TestDescriber: a contact that is shown is compared as a row of the same texts is.
func TestDescriber(t *testing.T) {
	t.Parallel()
	match, rules := contact.Match{Fields: []contact.Field{contact.TypeField, contact.Email}}, &contact.Rules{}
	stored := contact.Stored{ID: 5, Type: contact.Type{ID: 1}, Draft: contact.Draft{Name: " Ann  Lee ", Email: "Ann@Example.com"}}
	c := contact.Contact{Type: contact.Type{ID: 1}, Name: "Ann Lee", Email: "Ann@example.com"}
	want := settle.Candidate{ID: 5, Fingerprint: contact.FingerprintOf(contact.Key{}, c, match.Keys(contact.Key{}, 7, c))}
	if got := settle.Describer(rules, contact.Key{}, match, 7)(stored); got != want {
		t.Errorf("described as %+v, want %+v", got, want)
	}
}
