package contact

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSameName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		same bool
		why  string
	}{
		{"Anna Lee", "Anna Lee", true, "equal"},
		{"Anna Lee", "ANNA lee", true, "case"},
		{"Zoë Müller", "Zoe Muller", true, "accents"},
		{"Jürgen Groß", "Juergen Gross", true, "umlauts written out"},
		{"Łukasz Żak", "Lukasz Zak", true, "letters that Unicode does not take apart"},
		{"Lee, Anna", "Anna Lee", true, "order"},
		{"Anna-Maria Lee", "Anna Maria Lee", true, "punctuation"},
		{"Annamaria Lee", "Anna Maria Lee", true, "a blank"},
		{"A. Lee", "Anna Lee", true, "an initial"},
		{"J.R.R. Tolkien", "John Ronald Reuel Tolkien", true, "initials"},
		{"A. M. Lee", "Anna Lee", true, "an initial more"},
		{"Anna Lee", "Anna Maria Lee", true, "a name more"},
		{"Lee", "Anna Lee", true, "the family name alone"},
		{"", "Anna Lee", true, "an empty one"},
		{" - ", "Anna Lee", true, "nothing in it"},
		{"Dr. Anna Lee", "Anna Lee", true, "a title"},
		{"Frau Dr.-Ing. Anna Lee", "Prof. Anna Lee", true, "titles"},
		{"Anna Leee", "Anna Lee", true, "a letter twice"},
		{"Jon Smith", "John Smith", true, "a letter less"},
		{"Micheal Smith", "Michael Smith", true, "two letters swapped"},
		{"Anna Meier", "Anna Meyer", true, "a letter other"},
		{"Stephan Weber", "Stefan Weber", false, "two letters"},
		{"Anna Lee", "Bert Lee", false, "another first name"},
		{"Anna Lee", "Anna Weber", false, "another family name"},
		{"Tim Weber", "Tom Weber", false, "short names that are two"},
		{"Paul Weber", "Paula Weber", false, "a last vowel"},
		{"Mario Rossi", "Maria Rossi", false, "another last vowel"},
		{"Jan Kowalski", "Jan Kowalska", false, "a family name's gender"},
		{"Hanna Lee", "Anna Lee", false, "the first letter"},
		{"Jon Smyth", "John Smith", false, "two slips"},
		{"B. Lee", "Anna Lee", false, "another initial"},
		{"Herr Weber", "Frau Weber", false, "two forms of address"},
		{"Mr. A. Lee", "Mrs. A. Lee", false, "two forms of address before an initial"},
		{"Herr Weber", "Weber", true, "a form of address alone says nothing"},
		{"Room 101", "Room 102", false, "numbers do not slip"},
		{"Support", "Sales", false, "two departments"},
		{"Иван Петров", "ИВАН ПЕТРОВ", true, "case of another script"},
		{"山田 太郎", "太郎 山田", true, "order in another script"},
		{"山田 太郎", "山田 花子", false, "another name in another script"},
		{strings.Repeat("a b c ", 10), strings.Repeat("d e f ", 10), false, "no names"},
	}
	for _, test := range tests {
		if SameName(test.a, test.b) != test.same || SameName(test.b, test.a) != test.same {
			t.Errorf("%q and %q (%s): want %v", test.a, test.b, test.why, test.same)
		}
	}
}

func drawName(t *rapid.T, label string) string {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{
		"Anna", "anna", "Ann", "A.", "Lee", "Müller", "Mueller", "Meier", "Meyer", "Dr.", "Herr", "Frau", "Paul", "Paula", "Ä", "山田", "3", "-", "Prof",
	}), 0, 5).Draw(t, label)
	return strings.Join(words, " ")
}

func TestSameNameProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawName(t, "a"), drawName(t, "b")
		if SameName(a, b) != SameName(b, a) {
			t.Fatalf("%q and %q: not symmetric", a, b)
		}
		if !SameName(a, strings.ToUpper(a)) || !SameName(a, "") || !SameName(a, " "+a+".") {
			t.Fatalf("%q is not itself", a)
		}
		m := Match{Fields: []Field{Name}}
		if x, y := m.Keys(Key{}, 1, Contact{Name: a}), m.Keys(Key{}, 1, Contact{Name: b}); x.Name != 0 && x.Name == y.Name && !SameName(a, b) {
			t.Fatalf("%q and %q have equal sums, and differ", a, b)
		}
	})
}

func FuzzSameName(f *testing.F) {
	f.Add("Dr. Anna Lee", "Lee, A.")
	f.Add("Herr Jürgen Groß", "juergen\u00a0gross")
	f.Add("\xff\u0301 a", "ǅ")
	f.Fuzz(func(t *testing.T, a, b string) {
		if SameName(a, b) != SameName(b, a) || !SameName(a, a) || !SameName(a, "") {
			t.Errorf("%q and %q", a, b)
		}
		if FoldText(a) == FoldText(b) && !SameName(a, b) {
			t.Errorf("%q and %q fold to the same, and differ", a, b)
		}
	})
}
