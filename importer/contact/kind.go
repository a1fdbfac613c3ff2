package contact

// invoiceType is the documented name of the one type that may carry a purchase order number.
const invoiceType = "Invoice address"

// contactType is the rule of the type, and of the purchase order number that depends on it.
func (r *Rules) contactType(f *findings, s, order string) Type {
	t, refusal := r.resolveType(s)
	if text, _ := plain(s); text == "" && !t.IsZero() {
		f.defaulted = f.defaulted.With(TypeField)
	}
	if order != "" && !mayBeInvoice(t) {
		f.refuse(Problem{
			Code: code(PurchaseOrderNumber, whatNotInvoice), Field: PurchaseOrderNumber, Value: order,
			Message: "emnify takes a purchase order number on invoice contacts only, and this one is of type " + t.Name,
			Fix:     `leave it empty, or make the type "` + invoiceType + `"`,
		})
	}
	if refusal != nil {
		f.refuse(*refusal)
	}
	return t
}

// mayBeInvoice reports whether a type is the invoice contact's. One of which only the number is known may be: the API
// decides.
func mayBeInvoice(t Type) bool { return t.Name == "" || FoldText(t.Name) == FoldText(invoiceType) }

func (r *Rules) resolveType(s string) (Type, *Problem) {
	text, _ := plain(s)
	t, known := r.DefaultType, true
	if text != "" {
		t, known = r.lookupType(text)
	}
	p := Problem{Field: TypeField, Value: s}
	switch {
	case !known:
		p.Code = code(TypeField, whatUnknown)
		p.Message = "no contact type that is known"
		p.Fix = r.typeNames()
	case t.IsZero():
		p.Code = code(TypeField, whatMissing)
		p.Message = "the row names no contact type, and there is no --type"
		p.Fix = r.typeNames()
	case t.ID == 0 && r.Types != nil && r.Types.NeedID():
		p.Code = code(TypeField, whatNoID)
		p.Message = "the number that emnify has for the contact type " + t.Name + " is not known"
		p.Fix = `give it with --type-id "` + t.Name + `=NUMBER", or make one contact of that type in the portal and import again`
	default:
		return t, nil
	}
	return t, &p
}

func (r *Rules) lookupType(text string) (Type, bool) {
	if r.Types == nil || tooLong(text) {
		return Type{}, false
	}
	return r.Types.Lookup(text)
}

func (r *Rules) typeNames() string {
	if r.Types == nil {
		return "name the type with --type"
	}
	return "use one of: " + join(r.Types.Names())
}
