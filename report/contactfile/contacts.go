package contactfile

import (
	"errors"
	"path/filepath"
	"strconv"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/report/output"
)

// Contacts is a CSV file of contacts in normal form. Its header is the names of the fields, so that every command reads
// it back without a mapping. Values stand as they are, not made safe for spreadsheets: the file is data, not a report.
type Contacts struct {
	file *output.Pending
	rows *output.Table[contact.Draft]
}

// CreateContacts begins the file under a temporary name beside path; it has its own name once Close succeeds.
func CreateContacts(path, runID string) (*Contacts, error) {
	file, err := output.New(output.Disk{}, filepath.Dir(path), filepath.Base(path), runID)
	if err != nil {
		return nil, err
	}
	rows, err := output.NewTable[contact.Draft](file)
	if err != nil {
		return nil, errors.Join(err, file.Discard())
	}
	return &Contacts{file: file, rows: rows}, nil
}

// Write adds a contact. An organisation of 0 and an empty external id are left empty.
func (c *Contacts) Write(ct contact.Contact, org int64, externalID string) error {
	row := contact.Draft{
		Type: ct.Type.Name, Name: ct.Name, Title: ct.Title, Department: ct.Department, Street: ct.Street,
		SecondaryAddress: ct.SecondaryAddress, Zipcode: ct.Zipcode, City: ct.City, State: ct.State, Country: ct.Country.ISO,
		Email: ct.Email, Phone: ct.Phone, Mobile: ct.Mobile, PurchaseOrderNumber: ct.PurchaseOrderNumber, ExternalID: externalID,
	}
	if row.Type == "" && ct.Type.ID != 0 {
		row.Type = strconv.Itoa(ct.Type.ID)
	}
	if row.Country == "" {
		row.Country = ct.Country.Name
	}
	if org != 0 {
		row.Org = strconv.FormatInt(org, 10)
	}
	return c.rows.Add(row)
}

// Close completes the file.
func (c *Contacts) Close() error {
	if err := c.rows.Flush(); err != nil {
		return errors.Join(err, c.file.Discard())
	}
	return c.file.Publish()
}

// Abort leaves nothing.
func (c *Contacts) Abort() error { return c.file.Discard() }
