package cli

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/stop"
)

// checkAPI refuses, before anything leaves, an address, a proxy or a place of certificates that can't be used or that would
// give token and contacts away. net/http ignores such a variable without a word.
func checkAPI(o *option.API, env Env, log zerolog.Logger) error {
	if o.Simulate { // on this machine, through no proxy
		return nil
	}
	if err := checkAddress(o.URL, o.InsecureHTTP); err != nil {
		return err
	}
	if err := checkProxies(env, log); err != nil {
		return err
	}
	return checkCertificates(env)
}

func checkAddress(address string, insecure bool) error {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return &stop.UsageError{
			Message: "the API's address (--api-url, EMNIFY_API_URL) is not an http or https URL without a user, a query and a fragment: " + shownAddress(address),
		}
	}
	if u.Scheme == "http" && !insecure && !isLoopback(u.Hostname()) {
		return &stop.UsageError{
			Message: fmt.Sprintf("the API's address (--api-url, EMNIFY_API_URL) begins with http: and %q is another machine: the token and all contacts would go there readable for everybody on the way", u.Host),
			Hint:    "give its https address; --insecure-http (CONTACTSYNC_INSECURE_HTTP) allows it in a network that you trust",
		}
	}
	return nil
}

// isLoopback reports whether a host is this machine and no name server or proxy has a say in it.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// shownAddress quotes an address that is wrong without what may be a secret in it. Before an @ may stand a password, with
// characters of its own that make it look like another part.
func shownAddress(address string) string {
	if strings.Contains(address, "@") {
		return "not shown, since what stands before its @ may be a password"
	}
	address, _, _ = strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	return fmt.Sprintf("%q", address)
}

// checkProxies refuses a proxy variable that is no URL: it would count as none, and everything would go out directly.
// Of each pair the first that is set counts, as for net/http.
func checkProxies(env Env, log zerolog.Logger) error {
	used := false
	for _, pair := range [][]string{{"HTTPS_PROXY", "https_proxy"}, {"HTTP_PROXY", "http_proxy"}} {
		for _, name := range pair {
			value, _ := env.LookupEnv(name)
			if value == "" {
				continue
			}
			if !isProxy(value) {
				return &stop.UsageError{
					Message: "the environment variable " + name + " is no URL of a proxy (its value, which may hold a password, is not shown)",
					Hint:    "write it like http://proxy.example.com:3128; in a user name or password each of %@:/?# is written as % and two digits",
				}
			}
			used = true
			break
		}
	}
	for _, name := range []string{"ALL_PROXY", "all_proxy"} {
		if value, _ := env.LookupEnv(name); value != "" && !used {
			log.Warn().Str("variable", name).Msg("this variable does not count here, so no proxy is used: set HTTPS_PROXY")
		}
	}
	return nil
}

// isProxy reports whether net/http can use a proxy variable. Host and port alone are enough for it.
func isProxy(value string) bool {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	return err == nil && u.Hostname() != "" && slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
}

// maxCertificates is far more than all certificates of a system's store together, about 250 KB.
const maxCertificates = 16 << 20

// checkCertificates refuses certificates of the user's own that are not there: without them the system's would count, or
// none, and the error would name the network. They count only where Go reads them, which is not on Windows and macOS.
func checkCertificates(env Env) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return nil
	}
	if file, _ := env.LookupEnv("SSL_CERT_FILE"); file != "" {
		data, err := readBounded(file, maxCertificates)
		if err == nil && !holdsCertificate(data) {
			err = fmt.Errorf("%q holds no certificate in PEM form", file)
		}
		if err != nil {
			return &stop.UsageError{
				Message: fmt.Sprintf("the environment variable SSL_CERT_FILE names no file of certificates: %v", err),
				Hint:    "correct its path, or unset it to use the system's certificates",
			}
		}
	}
	dirs, _ := env.LookupEnv("SSL_CERT_DIR")
	if dirs == "" {
		return nil
	}
	for _, dir := range filepath.SplitList(dirs) {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return nil
		}
	}
	return &stop.UsageError{
		Message: fmt.Sprintf("the environment variable SSL_CERT_DIR names no folder that is there: %q", dirs),
		Hint:    "correct its path, or unset it to use the system's certificates",
	}
}

func holdsCertificate(data []byte) bool {
	for block, rest := pem.Decode(bytes.TrimSpace(data)); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			if _, err := x509.ParseCertificate(block.Bytes); err == nil {
				return true
			}
		}
	}
	return false
}
