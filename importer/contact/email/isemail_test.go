package email

// The addresses in this file are the test set of is_email (tests.xml), written as Go, with this notice:
//
// BSD 3-Clause License
//
// Copyright (c) 2016, Dominic Sayers
// All rights reserved.
//
// Redistribution and use in source and binary forms, with or without
// modification, are permitted provided that the following conditions are met:
//
// * Redistributions of source code must retain the above copyright notice, this
//   list of conditions and the following disclaimer.
//
// * Redistributions in binary form must reproduce the above copyright notice,
//   this list of conditions and the following disclaimer in the documentation
//   and/or other materials provided with the distribution.
//
// * Neither the name of is_email nor the names of its
//   contributors may be used to endorse or promote products derived from
//   this software without specific prior written permission.
//
// THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
// AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
// IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
// DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
// FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
// DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
// SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
// CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
// OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
// OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.

// isEmailErrors are the addresses of its category ISEMAIL_ERR: no reading of the RFCs lets them pass.
func isEmailErrors() []struct{ address, diagnosis string } {
	return []struct{ address, diagnosis string }{
		{"", "ERR_NODOMAIN"},
		{"test", "ERR_NODOMAIN"},
		{"@", "ERR_NOLOCALPART"},
		{"test@", "ERR_NODOMAIN"},
		{"@io", "ERR_NOLOCALPART"},
		{"@iana.org", "ERR_NOLOCALPART"},
		{".test@iana.org", "ERR_DOT_START"},
		{"test.@iana.org", "ERR_DOT_END"},
		{"test..iana.org", "ERR_CONSECUTIVEDOTS"},
		{"test_exa-mple.com", "ERR_NODOMAIN"},
		{"test\\@test@iana.org", "ERR_EXPECTING_ATEXT"},
		{"test@-iana.org", "ERR_DOMAINHYPHENSTART"},
		{"test@iana-.com", "ERR_DOMAINHYPHENEND"},
		{"test@.iana.org", "ERR_DOT_START"},
		{"test@iana.org.", "ERR_DOT_END"},
		{"test@iana..com", "ERR_CONSECUTIVEDOTS"},
		{"\"\"\"@iana.org", "ERR_EXPECTING_ATEXT"},
		{"\"\\\"@iana.org", "ERR_UNCLOSEDQUOTEDSTR"},
		{"test\"@iana.org", "ERR_EXPECTING_ATEXT"},
		{"\"test@iana.org", "ERR_UNCLOSEDQUOTEDSTR"},
		{"\"test\"test@iana.org", "ERR_ATEXT_AFTER_QS"},
		{"test\"text\"@iana.org", "ERR_EXPECTING_ATEXT"},
		{"\"test\"\"test\"@iana.org", "ERR_EXPECTING_ATEXT"},
		{"\"test\x00\"@iana.org", "ERR_EXPECTING_QTEXT"},
		{"test@a[255.255.255.255]", "ERR_EXPECTING_ATEXT"},
		{"((comment)test@iana.org", "ERR_UNCLOSEDCOMMENT"},
		{"test(comment)test@iana.org", "ERR_ATEXT_AFTER_CFWS"},
		{"test@iana.org\n", "ERR_EXPECTING_ATEXT"},
		{"test@iana.org-", "ERR_DOMAINHYPHENEND"},
		{"\"test@iana.org", "ERR_UNCLOSEDQUOTEDSTR"},
		{"(test@iana.org", "ERR_UNCLOSEDCOMMENT"},
		{"test@(iana.org", "ERR_UNCLOSEDCOMMENT"},
		{"test@[1.2.3.4", "ERR_UNCLOSEDDOMLIT"},
		{"\"test\\\"@iana.org", "ERR_UNCLOSEDQUOTEDSTR"},
		{"(comment\\)test@iana.org", "ERR_UNCLOSEDCOMMENT"},
		{"test@iana.org(comment\\)", "ERR_UNCLOSEDCOMMENT"},
		{"test@iana.org(comment\\", "ERR_BACKSLASHEND"},
		{"test@[RFC-5322]-domain-literal]", "ERR_ATEXT_AFTER_DOMLIT"},
		{"test@[RFC-5322-[domain-literal]", "ERR_EXPECTING_DTEXT"},
		{"test@[RFC-5322-domain-literal\\]", "ERR_UNCLOSEDDOMLIT"},
		{"test@[RFC-5322-domain-literal\\", "ERR_BACKSLASHEND"},
		{"\x7f@iana.org", "ERR_EXPECTING_ATEXT"},
		{"test@\x7f.org", "ERR_EXPECTING_ATEXT"},
		{"test@iana.org\r", "ERR_CR_NO_LF"},
		{"\rtest@iana.org", "ERR_CR_NO_LF"},
		{"\"\rtest\"@iana.org", "ERR_CR_NO_LF"},
		{"(\r)test@iana.org", "ERR_CR_NO_LF"},
		{"test@iana.org(\r)", "ERR_CR_NO_LF"},
		{"\ntest@iana.org", "ERR_EXPECTING_ATEXT"},
		{"\"\n\"@iana.org", "ERR_EXPECTING_QTEXT"},
		{"(\n)test@iana.org", "ERR_EXPECTING_CTEXT"},
		{"\x07@iana.org", "ERR_EXPECTING_ATEXT"},
		{"test@\x07.org", "ERR_EXPECTING_ATEXT"},
		{"\r\ntest@iana.org", "ERR_FWS_CRLF_END"},
		{"\r\n \r\ntest@iana.org", "ERR_FWS_CRLF_END"},
		{" \r\ntest@iana.org", "ERR_FWS_CRLF_END"},
		{" \r\n \r\ntest@iana.org", "ERR_FWS_CRLF_END"},
		{" \r\n\r\ntest@iana.org", "ERR_FWS_CRLF_X2"},
		{" \r\n\r\n test@iana.org", "ERR_FWS_CRLF_X2"},
		{"test@iana.org\r\n", "ERR_FWS_CRLF_END"},
		{"test@iana.org\r\n \r\n", "ERR_FWS_CRLF_END"},
		{"test@iana.org \r\n", "ERR_FWS_CRLF_END"},
		{"test@iana.org \r\n \r\n", "ERR_FWS_CRLF_END"},
		{"test@iana.org \r\n\r\n", "ERR_FWS_CRLF_X2"},
		{"test@iana.org \r\n\r\n ", "ERR_FWS_CRLF_X2"},
		{"\"test\\©\"@iana.org", "ERR_EXPECTING_QPAIR"},
	}
}

// isEmailValid are those of ISEMAIL_VALID_CATEGORY and, since nothing but the DNS speaks against them, ISEMAIL_DNSWARN.
func isEmailValid() []string {
	return []string{
		"test@io",
		"test@iana.org",
		"test@nominet.org.uk",
		"test@about.museum",
		"a@iana.org",
		"test.test@iana.org",
		"!#$%&`*+/=?^`{|}~@iana.org",
		"123@iana.org",
		"test@123.com",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghiklm@iana.org",
		"test@mason-dixon.com",
		"test@c--n.com",
		"test@xn--hxajbheg2az3al.xn--jxalpdlp",
		"xn--test@iana.org",
		"test@e.com",
		"test@iana.a",
		"test@abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.com",
		"test@iana.co-uk",
		"a@a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghiklm@abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi",
		"test@test.com",
		"test@nic.no",
	}
}

// isEmailUnusual are all others: legal by some RFC, or nearly, and not used in practice.
func isEmailUnusual() []string {
	return []string{
		"test@iana.123",            // RFC5321_TLDNUMERIC
		"test@255.255.255.255",     // RFC5321_TLDNUMERIC
		"\"test\"@iana.org",        // RFC5321_QUOTEDSTRING
		"\"\"@iana.org",            // RFC5321_QUOTEDSTRING
		"\"\\a\"@iana.org",         // RFC5321_QUOTEDSTRING
		"\"\\\"\"@iana.org",        // RFC5321_QUOTEDSTRING
		"\"\\\\\"@iana.org",        // RFC5321_QUOTEDSTRING
		"\"test\\ test\"@iana.org", // RFC5321_QUOTEDSTRING
		"test@[255.255.255.255]",   // RFC5321_ADDRESSLITERAL
		"test@[IPv6:1111:2222:3333:4444:5555:6666:7777:8888]", // RFC5321_ADDRESSLITERAL
		"test@[IPv6:1111:2222:3333:4444:5555::8888]",          // RFC5321_ADDRESSLITERAL
		"test@[IPv6:::3333:4444:5555:6666:7777:8888]",         // RFC5321_ADDRESSLITERAL
		"test@[IPv6:::]", // RFC5321_ADDRESSLITERAL
		"test@[IPv6:1111:2222:3333:4444:5555:6666:255.255.255.255]", // RFC5321_ADDRESSLITERAL
		"test@[IPv6:1111:2222:3333:4444::255.255.255.255]",          // RFC5321_ADDRESSLITERAL
		"test@org", // RFC5321_TLD
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghiklmn@iana.org", // RFC5322_LOCAL_TOOLONG
		"test@abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghiklm.com",  // RFC5322_LABEL_TOOLONG
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghiklm@abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghij",    // RFC5322_TOOLONG
		"a@abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefg.hij",  // RFC5322_TOOLONG
		"a@abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefg.hijk", // RFC5322_DOMAIN_TOOLONG
		"\"abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdefghj\"@iana.org",  // RFC5322_LOCAL_TOOLONG
		"\"abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz abcdefg\\h\"@iana.org", // RFC5322_LOCAL_TOOLONG
		"test@[255.255.255]",                                                                // RFC5322_DOMAINLITERAL
		"test@[255.255.255.255.255]",                                                        // RFC5322_DOMAINLITERAL
		"test@[255.255.255.256]",                                                            // RFC5322_DOMAINLITERAL
		"test@[1111:2222:3333:4444:5555:6666:7777:8888]",                                    // RFC5322_DOMAINLITERAL
		"test@[IPv6:1111:2222:3333:4444:5555:6666:7777]",                                    // RFC5322_IPV6_GRPCOUNT
		"test@[IPv6:1111:2222:3333:4444:5555:6666:7777:8888:9999]",                          // RFC5322_IPV6_GRPCOUNT
		"test@[IPv6:1111:2222:3333:4444:5555:6666:7777:888G]",                               // RFC5322_IPV6_BADCHAR
		"test@[IPv6:1111:2222:3333:4444:5555:6666::7777:8888]",                              // RFC5322_IPV6_MAXGRPS
		"test@[IPv6::3333:4444:5555:6666:7777:8888]",                                        // RFC5322_IPV6_COLONSTRT
		"test@[IPv6:1111::4444:5555::8888]",                                                 // RFC5322_IPV6_2X2XCOLON
		"test@[IPv6:1111:2222:3333:4444:5555:255.255.255.255]",                              // RFC5322_IPV6_GRPCOUNT
		"test@[IPv6:1111:2222:3333:4444:5555:6666:7777:255.255.255.255]",                    // RFC5322_IPV6_GRPCOUNT
		"test@[IPv6:1111:2222:3333:4444:5555:6666::255.255.255.255]",                        // RFC5322_IPV6_MAXGRPS
		"test@[IPv6:1111:2222:3333:4444:::255.255.255.255]",                                 // RFC5322_IPV6_2X2XCOLON
		"test@[IPv6::255.255.255.255]",                                                      // RFC5322_IPV6_COLONSTRT
		"test@[RFC-5322-domain-literal]",                                                    // RFC5322_DOMAINLITERAL
		"test@[RFC-5322-\\\x07-domain-literal]",                                             // RFC5322_DOMLIT_OBSDTEXT
		"test@[RFC-5322-\\\t-domain-literal]",                                               // RFC5322_DOMLIT_OBSDTEXT
		"test@[RFC-5322-\\]-domain-literal]",                                                // RFC5322_DOMLIT_OBSDTEXT
		"test@[RFC 5322 domain literal]",                                                    // RFC5322_DOMAINLITERAL
		"test@[RFC-5322-domain-literal] (comment)",                                          // RFC5322_DOMAINLITERAL
		"test@[IPv6:1::2:]",                                                                 // RFC5322_IPV6_COLONEND
		"test@iana/icann.org",                                                               // RFC5322_DOMAIN
		"\"test\".\"test\"@iana.org",                                                        // DEPREC_LOCALPART
		"\"test\".test@iana.org",                                                            // DEPREC_LOCALPART
		"\"test\\\x00\"@iana.org",                                                           // DEPREC_QP
		"test@[IPv6:1111:2222:3333:4444:5555:6666::8888]",                                   // RFC5321_IPV6DEPRECATED
		" test @iana.org",                                                                   // DEPREC_CFWS_NEAR_AT
		"test@ iana .com",                                                                   // DEPREC_CFWS_NEAR_AT
		"test . test@iana.org",                                                              // DEPREC_FWS
		"\r\n \r\n test@iana.org",                                                           // DEPREC_FWS
		"test@(comment)iana.org",                                                            // DEPREC_CFWS_NEAR_AT
		"test@(comment)[255.255.255.255]",                                                   // DEPREC_CFWS_NEAR_AT
		"test@(comment)abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.com", // DEPREC_CFWS_NEAR_AT
		"\"\x7f\"@iana.org",                                                                 // DEPREC_QTEXT
		"\"\\\x7f\"@iana.org",                                                               // DEPREC_QP
		"(\x7f)test@iana.org",                                                               // DEPREC_CTEXT
		"\"\\\n\"@iana.org",                                                                 // DEPREC_QP
		"\"\x07\"@iana.org",                                                                 // DEPREC_QTEXT
		"\"\\\x07\"@iana.org",                                                               // DEPREC_QP
		"(\x07)test@iana.org",                                                               // DEPREC_CTEXT
		"test@iana.org\r\n \r\n ",                                                           // DEPREC_FWS
		"test.(comment)test@iana.org",                                                       // DEPREC_COMMENT
		"\r\n test@iana.org",                                                                // CFWS_FWS
		"(comment)test@iana.org",                                                            // CFWS_COMMENT
		"(comment(comment))test@iana.org",                                                   // CFWS_COMMENT
		"(comment)abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghiklm@iana.org", // CFWS_COMMENT
		"(comment)test@abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghik.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghik.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk.abcdefghijklmnopqrstuvwxyzabcdefghijk.abcdefghijklmnopqrstu", // CFWS_COMMENT
		" \r\n test@iana.org", // CFWS_FWS
		"test@iana.org\r\n ",  // CFWS_FWS
		"test@iana.org \r\n ", // CFWS_FWS
		" test@iana.org",      // CFWS_FWS
		"test@iana.org ",      // CFWS_FWS
	}
}
