package charset

// codepage is an encoding that files without any mark come in, with the languages that are written in it.
type codepage struct {
	charset   string
	languages []string
	// rarity is the natural logarithm of how much rarer such files are than those in Windows-1252, among the exports that
	// people send: what the program has to be shown before it believes in one.
	rarity float64
}

// How rare the encodings are, roughly as web statistics and mail archives have them.
const (
	usual       = 0.0
	neighbour   = -2.0 // Central European and Cyrillic Windows: ordinary users' files
	elsewhere   = -4.5 // Windows, and what takes its place in East Asia, of other countries
	standard    = -5.0 // ISO encodings and KOI8, which mail and old Unix systems write
	apple       = -5.0 // old office programs on a Mac
	dos         = -5.0 // "CSV (MS-DOS)", and programs of that age
	outOfUse    = -8.0 // encodings that hardly anything ever wrote
	foreignWord = 0.03 // how often a word is of another language than the file's
)

func western() []string {
	return []string{"de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "is", "ca", "gl", "eu", "ga", "sq", "af", "et", "en"}
}

// plain is the western languages that other western encodings than Windows-1252 serve.
func plain() []string {
	return []string{"de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "is", "ca", "gl", "eu", "ga", "en"}
}

func central() []string {
	return []string{"pl", "cs", "sk", "hu", "ro", "hr", "sl", "sr-Latn", "bs", "de"}
}

func cyrillic() []string { return []string{"ru", "uk", "be", "bg", "sr", "mk"} }

// codepages returns the encodings that are told apart, the likelier one of two that read a text the same way first.
func codepages() []codepage {
	baltic, greek := []string{"lt", "lv", "et"}, []string{"el"}
	turkish, hebrew, arabic, thai := []string{"tr"}, []string{"he"}, []string{"ar", "fa"}, []string{"th"}
	return []codepage{
		{windows1252, western(), usual},
		{windows1250, central(), neighbour},
		{windows1251, cyrillic(), neighbour},
		{"windows-1254", turkish, elsewhere},
		{"windows-1253", greek, elsewhere},
		{"windows-1257", baltic, elsewhere},
		{"windows-1255", hebrew, elsewhere},
		{"windows-1256", arabic, elsewhere},
		{"windows-1258", []string{"vi"}, elsewhere},
		{"windows-874", thai, elsewhere},
		{"shift_jis", []string{"ja"}, elsewhere},
		{"gbk", []string{"zh"}, elsewhere},
		{"big5", []string{"zh-Hant"}, elsewhere},
		{"euc-kr", []string{"ko"}, elsewhere},
		{"euc-jp", []string{"ja"}, standard},
		{"gb18030", []string{"zh"}, standard},
		{iso885915, plain(), standard},
		{iso88592, central(), standard},
		{"iso-8859-5", cyrillic(), standard},
		{"koi8-r", []string{"ru"}, standard},
		{"koi8-u", []string{"uk", "be", "ru"}, standard},
		{"iso-8859-7", greek, standard},
		{"iso-8859-9", turkish, standard},
		{"iso-8859-8", hebrew, standard},
		{"iso-8859-6", arabic, standard},
		{"iso-8859-13", baltic, standard},
		{"iso-8859-4", baltic, outOfUse},
		{"iso-8859-3", []string{"mt"}, outOfUse},
		{"iso-8859-10", []string{"is", "lt", "lv", "et", "sv", "fi"}, outOfUse},
		{"iso-8859-14", []string{"cy", "ga"}, outOfUse},
		{"iso-8859-16", []string{"ro", "pl", "hu", "sq"}, outOfUse},
		{macRoman, plain(), apple},
		{"mac-cyrillic", cyrillic(), apple},
		{"cp850", plain(), dos},
		{"cp858", plain(), dos},
		{"cp437", []string{"de", "fr", "es", "it", "nl", "sv", "fi", "ca", "en"}, dos},
		{"cp852", central(), dos},
		{"cp866", []string{"ru", "uk", "be", "bg"}, dos},
		{"cp855", cyrillic(), outOfUse},
		{"cp862", hebrew, outOfUse},
		{"cp860", []string{"pt"}, outOfUse},
		{"cp863", []string{"fr"}, outOfUse},
		{"cp865", []string{"nb", "da"}, outOfUse},
	}
}
