package phone

import (
	"strings"
	"unicode"
)

// whole reports whether a number has as many digits as nearly all that are dialled from abroad. Some plans have shorter
// ones; in others, a shorter one is only the beginning of a number whose groups are written apart.
func whole(number string) bool {
	number, _, _ = strings.Cut(number, extensionMark)
	return len(number) > wholeDigits
}

const (
	// wholeDigits are the digits of a whole number with its country's code: 49 711 1234. With fewer, as in 030 231
	// (25010), what follows rather is the rest of it.
	wholeDigits = 9
	// frontDigits are the fewest that are looked at: the trunk prefix, an area code of two digits and three more. With a
	// plus sign it is one more.
	frontDigits = 6
	// maxMark is the longest run of digits in a mark behind a short number: a year, an hour.
	maxMark = 4
	// longNumber are the digits, with the country's code, of a number that is long enough to be one with its extension:
	// Germany gives no longer ones since 2010 (11 digits without the code) but for extensions. " - 12" behind it is another ending.
	longNumber = 12
	// twoNumbers is how many digits hold two short numbers with their area codes, and no single one.
	twoNumbers = 16
)

// tooFew reports whether a text has fewer digits than any number that something may stand behind.
func tooFew(front string) bool {
	n := digitsIn(front)
	return n < frontDigits || n == frontDigits && strings.ContainsRune(front, '+')
}

func digitsIn(text string) int {
	n := 0
	for _, c := range text {
		if unicode.IsDigit(c) {
			n++
		}
	}
	return n
}

// longestRun is the length of the longest run of digits.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, c := range text {
		if run++; !unicode.IsDigit(c) {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// oneNumber reports whether a text surely is one number, or none: digits with the usual punctuation, of which nothing
// could be a second number, a mark, decimals or a date. It decides for most cells, and is cheap.
func oneNumber(text string) bool {
	digits, dots, hyphens, slashes, first, open := 0, 0, 0, 0, frontDigits, 0
	if zeros := strings.TrimRight(text, "0"); len(zeros) < len(text) && strings.HasSuffix(zeros, ".") && strings.Count(zeros, ".") == 1 {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; c {
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			digits++
		case '+':
			if i > 0 {
				return false
			}
			first++
		case ' ':
		case '(', '[':
			if open++; digits >= first {
				return false
			}
		case ')', ']':
			if open--; open < 0 || digits >= first {
				return false // behind so many digits, it may close the number of a footnote
			}
		case '/':
			if slashes++; digits >= first {
				return false
			}
		case '.':
			if dots++; dots == 1 && (digits >= first || digits == 0 || i == 1 && text[0] == '0') {
				return false
			}
		case '-':
			if hyphens++; i == 0 || digits >= longNumber-2 && text[i-1] == ' ' {
				return false
			}
		default:
			return false
		}
	}
	return digits < twoNumbers && (digits > dateDigits || dots < 2 && hyphens < 2 && slashes < 2 && (hyphens == 0 || digits > shortPlan))
}
