package option

import (
	"strings"

	"github.com/spf13/pflag"
)

// value is a flag of a type of ours: parsed when it is given, so that a mistake is told before anything is read.
type value[T any] struct {
	target *T
	text   string
	kind   string
	parse  func(string) (T, error)
}

// NewValue is a flag with a value of a type of ours. text is its default, kind what stands in its place in a help text.
func NewValue[T any](target *T, text, kind string, parse func(string) (T, error)) pflag.Value {
	return &value[T]{target: target, text: text, kind: kind, parse: parse}
}

func (v *value[T]) String() string { return v.text }
func (v *value[T]) Type() string   { return v.kind }

func (v *value[T]) Set(text string) error {
	parsed, err := v.parse(text)
	if err != nil {
		return err
	}
	*v.target, v.text = parsed, text
	return nil
}

// list is a repeatable flag of a type of ours.
type list[T any] struct {
	target *[]T
	texts  []string
	kind   string
	parse  func(string) ([]T, error)
	set    bool
}

func (l *list[T]) String() string { return strings.Join(l.texts, ",") }
func (l *list[T]) Type() string   { return l.kind }

// NewList is a flag with values of a type of ours that can be given again; the first one takes the place of the default.
func NewList[T any](target *[]T, kind string, parse func(string) ([]T, error), texts ...string) pflag.Value {
	return &list[T]{target: target, texts: texts, kind: kind, parse: parse}
}

// given returns the texts as they were given.
func (l *list[T]) given() []string { return l.texts }

// Set adds to the list; the first time it replaces the default.
func (l *list[T]) Set(text string) error {
	parsed, err := l.parse(text)
	if err != nil {
		return err
	}
	if !l.set {
		*l.target, l.texts, l.set = nil, nil, true
	}
	*l.target = append(*l.target, parsed...)
	l.texts = append(l.texts, text)
	return nil
}

// Texts are what a flag was given, in the words of the user.
func Texts(f *pflag.Flag) []string {
	switch v := f.Value.(type) {
	case interface{ given() []string }:
		return v.given()
	case pflag.SliceValue:
		return v.GetSlice()
	default:
		return []string{f.Value.String()}
	}
}
