package phone

import (
	"regexp/syntax"
	"slices"
	"strconv"
)

// automaton decides regular expressions over the ten digits, one step a digit. It is made from the programs that regexp
// itself runs, by the subset construction, so that it gives regexp's answers; what it cannot follow it is not made for.
type automaton struct {
	next [][10]uint16
	// accepts has for each state the expressions that match if the text ends there, one bit each.
	accepts []uint16
	// passes tells of each state whether the first expression matches there whatever follows.
	passes []bool
}

// deadState is the state from which nothing matches any more.
const deadState = 0

// startState is the state before the first digit.
const startState = 1

// maxStates bounds an automaton in memory; the largest plan needs a fraction of it.
const maxStates = 1 << 14

// matching returns the expressions that match digits, of those that are anchored at both ends: one bit each.
func (a *automaton) matching(digits []byte) uint16 {
	state := uint16(startState)
	for i := range len(digits) {
		if state = a.next[state][digits[i]-'0']; state == deadState {
			return 0
		}
	}
	return a.accepts[state]
}

// prefix returns how many digits the first expression takes from the beginning, as regexp's leftmost match does.
func (a *automaton) prefix(digits []byte) (end int, found bool) {
	state := uint16(startState)
	for i := 0; ; i++ {
		if a.passes[state] {
			end, found = i, true
		}
		if i == len(digits) {
			if a.accepts[state] != 0 {
				end, found = i, true
			}
			return end, found
		}
		if state = a.next[state][digits[i]-'0']; state == deadState {
			return end, found
		}
	}
}

// newAutomaton makes the automaton of expressions, at most 16 of them. With first, it is for the prefix of a single one,
// and prefers what regexp prefers among the ways to match. It returns nil if it would be too large, or if an
// expression asks for more than digits and the ends of the text.
func newAutomaton(expressions []string, first bool) *automaton {
	b := builder{first: first, known: map[string]uint16{}}
	var start []thread
	for i, expression := range expressions {
		tree, err := syntax.Parse(expression, syntax.Perl)
		if err != nil {
			return nil
		}
		program, err := syntax.Compile(tree.Simplify())
		if err != nil {
			return nil
		}
		b.programs = append(b.programs, program)
		start = b.follow(start, thread{i, program.Start}, syntax.EmptyBeginText)
	}
	b.state(nil)
	b.state(start)
	for i := 0; i < len(b.states) && !b.failed; i++ {
		for digit := range 10 {
			b.out.next[i][digit] = b.state(b.step(b.states[i], rune('0'+digit)))
		}
	}
	if b.failed {
		return nil
	}
	return &b.out
}

// thread is a place in one of the programs.
type thread struct {
	program int
	at      int
}

// builder makes an automaton out of programs. A state is a list of threads, in the order in which regexp prefers them.
type builder struct {
	programs []*syntax.Prog
	first    bool
	states   [][]thread
	known    map[string]uint16
	out      automaton
	failed   bool
}

// state returns the number of the state of threads.
func (b *builder) state(threads []thread) uint16 {
	if !b.first {
		slices.SortFunc(threads, func(x, y thread) int {
			if x.program != y.program {
				return x.program - y.program
			}
			return x.at - y.at
		})
	}
	key := make([]byte, 0, 8*len(threads))
	for _, t := range threads {
		key = strconv.AppendInt(key, int64(t.program), 36)
		key = append(key, ':')
		key = strconv.AppendInt(key, int64(t.at), 36)
		key = append(key, ' ')
	}
	if number, ok := b.known[string(key)]; ok {
		return number
	}
	if len(b.states) >= maxStates {
		b.failed = true
		return deadState
	}
	number := uint16(len(b.states))
	b.known[string(key)] = number
	b.states = append(b.states, threads)
	b.out.next = append(b.out.next, [10]uint16{})
	accepts, passes := b.ends(threads)
	b.out.accepts = append(b.out.accepts, accepts)
	b.out.passes = append(b.out.passes, passes)
	return number
}

// ends tells which expressions match if the text ends at a state, and whether the first does anyhow.
func (b *builder) ends(threads []thread) (accepts uint16, passes bool) {
	for _, t := range threads {
		if b.matched(t) {
			accepts |= 1 << t.program
			passes = true
			continue
		}
		for _, last := range b.follow(nil, t, syntax.EmptyEndText) {
			if b.matched(last) {
				accepts |= 1 << t.program
			}
		}
	}
	return accepts, passes
}

func (b *builder) matched(t thread) bool {
	return b.programs[t.program].Inst[t.at].Op == syntax.InstMatch
}

// step returns the threads after one more digit. In a search for the first match, threads behind one that has matched
// are worse ways to match, and end.
func (b *builder) step(threads []thread, digit rune) []thread {
	var after []thread
	for _, t := range threads {
		inst := &b.programs[t.program].Inst[t.at]
		switch inst.Op {
		case syntax.InstMatch:
			if b.first {
				return after
			}
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if inst.MatchRune(digit) {
				after = b.follow(after, thread{t.program, int(inst.Out)}, 0)
			}
		}
	}
	return after
}

// follow adds to threads where a thread leads without a digit, in the order of preference. empty are the conditions
// that hold at this place; what asks for the end of the text waits for it.
func (b *builder) follow(threads []thread, t thread, empty syntax.EmptyOp) []thread {
	seen := map[thread]bool{}
	for _, there := range threads {
		seen[there] = true
	}
	var walk func(thread)
	walk = func(t thread) {
		if seen[t] {
			return
		}
		seen[t] = true
		inst := &b.programs[t.program].Inst[t.at]
		out := thread{t.program, int(inst.Out)}
		switch inst.Op {
		case syntax.InstAlt:
			walk(out)
			walk(thread{t.program, int(inst.Arg)})
		case syntax.InstCapture, syntax.InstNop:
			walk(out)
		case syntax.InstEmptyWidth:
			switch asked := syntax.EmptyOp(inst.Arg); {
			case asked&^(syntax.EmptyBeginText|syntax.EmptyEndText) != 0:
				b.failed = true
			case asked&^empty == 0:
				walk(out)
			case asked&^empty == syntax.EmptyEndText:
				threads = append(threads, t)
			}
		case syntax.InstFail:
		case syntax.InstAltMatch:
			b.failed = true
		default:
			threads = append(threads, t)
		}
	}
	walk(t)
	return threads
}
