package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/task"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// world is a simulated vCenter with a client of govmomi that trusts its CA and nothing else.
type world struct {
	*testing.T
	v   *vcenter
	ctx context.Context
	c   *govmomi.Client
}

func begin(t *testing.T, args ...string) *world {
	t.Helper()
	o, err := parse(append([]string{"-dir", t.TempDir(), "-lease-delay", "20ms"}, args...), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	v, err := start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		v.close()
		if left, _ := os.ReadDir(o.dir); len(left) > 0 {
			t.Errorf("the simulator left %s behind", left[0].Name())
		}
	})
	w := &world{T: t, v: v, ctx: ctx}
	w.c = w.login(v.ready.User, v.ready.Password)
	return w
}

func (w *world) login(user, password string) *govmomi.Client {
	w.Helper()
	u, _ := url.Parse(w.v.ready.URL)
	s := soap.NewClient(u, false)
	if err := s.SetRootCAs(w.v.ready.CAFile); err != nil {
		w.Fatal(err)
	}
	vc, err := vim25.NewClient(w.ctx, s)
	if err != nil {
		w.Fatal(err)
	}
	c := &govmomi.Client{Client: vc, SessionManager: session.NewManager(vc)}
	if err := c.Login(w.ctx, url.UserPassword(user, password)); err != nil {
		w.Fatal(err)
	}
	return c
}

func (w *world) vm(c *govmomi.Client, name string) *object.VirtualMachine {
	w.Helper()
	vm, err := find.NewFinder(c.Client).VirtualMachine(w.ctx, "/DC0/vm/*/"+name)
	if err != nil {
		w.Fatal(err)
	}
	return vm
}

func (w *world) props(ref types.ManagedObjectReference, path string) mo.VirtualMachine {
	w.Helper()
	var vm mo.VirtualMachine
	if err := w.c.RetrieveOne(w.ctx, ref, []string{path}, &vm); err != nil {
		w.Fatal(err)
	}
	return vm
}

// snapshot makes one and returns its moref.
func (w *world) snapshot(vm *object.VirtualMachine, name string) types.ManagedObjectReference {
	w.Helper()
	t, err := vm.CreateSnapshot(w.ctx, name, "for a test", false, true)
	if err != nil {
		w.Fatal(err)
	}
	info, err := t.WaitForResult(w.ctx)
	if err != nil {
		w.Fatal(err)
	}
	return info.Result.(types.ManagedObjectReference)
}

func (w *world) remove(vm *object.VirtualMachine, snapshot types.ManagedObjectReference, children bool) error {
	w.Helper()
	consolidate := true
	t, err := vm.RemoveSnapshot(w.ctx, snapshot.Value, children, &consolidate)
	if err != nil {
		return err
	}
	return t.Wait(w.ctx)
}

func (w *world) get(path string) []byte {
	w.Helper()
	r, err := http.Get(w.v.ready.Control + path)
	if err != nil {
		w.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		w.Fatalf("%s: %s %s %v", path, r.Status, b, err)
	}
	return b
}

func (w *world) state() (s stateView) {
	w.Helper()
	if err := json.Unmarshal(w.get("/state"), &s); err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *world) order(text string) {
	w.Helper()
	r, err := http.Post(w.v.ready.Control+"/faults", "application/json", strings.NewReader(text))
	if err != nil {
		w.Fatal(err)
	}
	defer r.Body.Close()
	if b, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusOK {
		w.Fatalf("%s: %s", text, b)
	}
}

// frozenRaw is the disk of a snapshot as the control endpoint gives it, checked against its digest.
func (w *world) frozenRaw(snapshot types.ManagedObjectReference, key int32) []byte {
	w.Helper()
	path := fmt.Sprintf("/snapshots/%s/disks/%d", snapshot.Value, key)
	b := w.get(path)
	sum := sha256.Sum256(b)
	if got := strings.TrimSpace(string(w.get(path + "/sha256"))); got != hex.EncodeToString(sum[:]) {
		w.Fatal("the control endpoint's digest is not that of its bytes")
	}
	return b
}

// until waits for something that another goroutine brings about.
func (w *world) until(what string, done func() bool) {
	w.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatal("never: ", what)
		}
	}
}

// faultOf is the vim25 fault in an error as a value, the error's text when there is none.
func faultOf(err error) types.AnyType {
	var fault any
	var failed task.Error
	switch {
	case err == nil:
		return nil
	case soap.IsSoapFault(err):
		fault = soap.ToSoapFault(err).VimFault()
	case errors.As(err, &failed):
		fault = failed.Fault()
	default:
		return err.Error()
	}
	if v := reflect.ValueOf(fault); v.Kind() == reflect.Pointer {
		return v.Elem().Interface()
	}
	return fault
}
