package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// fetchOf asks for one property as pyVmomi does, by hand: govmomi's client has no such call.
func (w *world) fetchOf(ref types.ManagedObjectReference, property string) (string, int) {
	w.Helper()
	body := fmt.Sprintf(`<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><Fetch xmlns="urn:vim25"><_this type="%s">%s</_this><prop>%s</prop></Fetch></Body></Envelope>`, ref.Type, ref.Value, property)
	r, err := http.NewRequest(http.MethodPost, w.v.ready.URL, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	var text []byte
	var status int
	err = w.c.Do(w.ctx, r, func(res *http.Response) error {
		status = res.StatusCode
		text, err = io.ReadAll(res.Body)
		return err
	})
	if err != nil && !soap.IsSoapFault(err) {
		w.Fatal(err)
	}
	return string(text), status
}

func TestFetch_unsetProperty_isAnEmptyAnswer(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "1", "-fill-kb", "0")
	vm := w.vm(w.c, "server-0001")
	if text, status := w.fetchOf(vm.Reference(), "snapshot"); status != http.StatusOK ||
		!strings.Contains(text, "FetchResponse") || strings.Contains(text, "returnval") {
		t.Fatal(status, text)
	}
	snap := w.snapshot(vm, "one")
	if text, _ := w.fetchOf(vm.Reference(), "snapshot"); !strings.Contains(text, snap.Value) {
		t.Fatal(text)
	}
	if err := w.c.Logout(w.ctx); err != nil {
		t.Fatal(err)
	}
	text, status := w.fetchOf(vm.Reference(), "name")
	if status != http.StatusInternalServerError || !strings.Contains(text, "NotAuthenticatedFault") || !strings.Contains(text, "<faultstring>The session is not authenticated.</faultstring>") {
		t.Fatal(status, text)
	}
}
