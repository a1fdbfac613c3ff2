package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// detail is one entry of "errors", and the head of every error that the application itself (not the gateway) answers.
type detail struct {
	Code    int    `json:"error_code"`
	Token   string `json:"error_token"`
	Message string `json:"message"`
}

type errorBody struct {
	detail
	Errors []detail `json:"errors,omitempty"`
}

// The documented errors.
func badRequest(message string) detail { return detail{1000, "BadRequest", message} }
func invalidCredentials() detail {
	return detail{1101, "InvalidCredentials", "The credentials are invalid."}
}
func invalidToken() detail {
	return detail{1102, "InvalidToken", "The authentication token is invalid."}
}
func tokenExpired() detail {
	return detail{1103, "TokenExpired", "The authentication token has expired."}
}
func forbidden() detail {
	return detail{1104, "Forbidden", "You have no right to access this entry point."}
}
func tooManyRequests(message string) detail { return detail{1105, "TooManyRequests", message} }
func notFound() detail                      { return detail{1201, "NotFound", "The resource was not found."} }
func invalidReference(field string) detail {
	return detail{1401, "InvalidReference", fmt.Sprintf("Contact - %s is an invalid reference.", field)}
}
func required(field string) detail {
	return detail{1402, "Required", fmt.Sprintf("Contact - %s is required.", field)}
}

// invalidFormat repeats the value, as real services do: what an API says may hold personal data.
func invalidFormat(field, value string) detail {
	return detail{1403, "InvalidFormat", fmt.Sprintf("Contact - %s has an invalid format: %s.", field, value)}
}
func notAllowed(field string) detail {
	return detail{1406, "NotAllowed", fmt.Sprintf("Contact - %s is not allowed.", field)}
}

// refuse is an error of the application.
func refuse(status int, d detail) *answer { return jsonAnswer(status, errorBody{detail: d}) }

// unprocessable is a 422 with all that is wrong.
func unprocessable(details []detail) *answer {
	return jsonAnswer(http.StatusUnprocessableEntity, errorBody{
		detail: detail{1400, "InputValidationFailed", "Input validation failed."},
		Errors: details,
	})
}

// gatewayMessage is an error of the API gateway: a message and nothing else.
func gatewayMessage(status int, message string) *answer {
	return jsonAnswer(status, struct {
		Message string `json:"message"`
	}{message})
}

// gatewayPage is an error of CloudFront or of a load balancer: a page for people.
func gatewayPage(status int) *answer {
	text := http.StatusText(status)
	//nolint:misspell // as the service spells it
	page := fmt.Sprintf("<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n<center><h1>%d %s</h1></center>\r\n"+
		"<hr><center>cloudfront</center>\r\n</body>\r\n</html>\r\n", status, text, status, text)
	return pageAnswer(status, page)
}

func pageAnswer(status int, page string) *answer {
	a := newAnswer(status)
	a.header.Set("Content-Type", "text/html; charset=utf-8")
	a.body = []byte(page)
	return a
}

func jsonAnswer(status int, v any) *answer {
	body, err := json.Marshal(v)
	if err != nil {
		// Only structs of this package come here, and all of them can be encoded.
		panic(fmt.Sprintf("encoding %T: %v", v, err))
	}
	a := newAnswer(status)
	a.header.Set("Content-Type", "application/json")
	a.body = body
	return a
}
