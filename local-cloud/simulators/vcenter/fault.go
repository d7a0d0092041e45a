package main

import (
	"fmt"
	"math/rand/v2"
	"path"
	"reflect"
	"sync"
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

// fault is one order of a test: at which call of whom what shall go wrong.
type fault struct {
	ID int `json:"id"`

	// On is the method's name as it is on the wire (CreateSnapshot_Task), "stream" for a disk's
	// download, or "now".
	On string `json:"on"`
	// VM is a pattern for the VM's name; empty is any.
	VM string `json:"vm,omitempty"`
	// Skip calls go well first, then Count calls are hit (0: one, -1: all).
	Skip  int `json:"skip,omitempty"`
	Count int `json:"count,omitempty"`
	// Probability below 1 leaves calls out by a dice with Seed; 0 is 1.
	Probability float64 `json:"probability,omitempty"`
	Seed        uint64  `json:"seed,omitempty"`
	// Bytes of the stream go out first.
	Bytes int64 `json:"bytes,omitempty"`

	// Do is one of the names in README.md.
	Do        string `json:"do"`
	Fault     string `json:"fault,omitempty"`     // type of the fault for refuse and fail, as vim25 names it
	Privilege string `json:"privilege,omitempty"` // for no-permission
	Millis    int64  `json:"millis,omitempty"`    // for slow
	Key       int32  `json:"key,omitempty"`       // disk for resize; 0 is the first
	Size      int64  `json:"size,omitempty"`      // bytes for resize and low-space
	Host      string `json:"host,omitempty"`      // for vmotion; empty is another one

	Hits int `json:"hits"`
	dice *rand.Rand
}

// faults are the orders that wait, in the sequence in which they came.
type faults struct {
	mu   sync.Mutex
	last int
	list []*fault
}

var deeds = map[string]bool{"slow": true, "fail": true, "refuse": true, "not-authenticated": true,
	"no-permission": true, "drop": true, "lose-lease": true, "resize": true, "vmotion": true, "storage-vmotion": true,
	"remove-snapshots": true, "consolidation": true, "low-space": true, "power-off": true}

func (f *faults) add(x fault) (fault, error) {
	if !deeds[x.Do] {
		return x, fmt.Errorf("do %q is unknown", x.Do)
	}
	if x.On == "" {
		return x, fmt.Errorf("on is missing: a method's name, stream or now")
	}
	if x.Fault != "" {
		if _, err := makeFault(x.Fault); err != nil {
			return x, err
		}
	}
	if _, err := path.Match(x.VM, ""); err != nil {
		return x, fmt.Errorf("vm: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last++
	x.ID, x.Hits = f.last, 0
	x.dice = rand.New(rand.NewPCG(x.Seed, 0))
	f.list = append(f.list, &x)
	return x, nil
}

func (f *faults) all() []fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]fault, 0, len(f.list))
	for _, x := range f.list {
		out = append(out, *x)
	}
	return out
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}

// hit counts a call and returns the orders that strike it.
func (f *faults) hit(on, vm string, wanted func(*fault) bool) []fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []fault
	for _, x := range f.list {
		if x.On != on || !wanted(x) {
			continue
		}
		if ok, _ := path.Match(x.VM, vm); x.VM != "" && !ok {
			continue
		}
		if x.Probability > 0 && x.dice.Float64() >= x.Probability {
			continue
		}
		if x.Skip > 0 {
			x.Skip--
			continue
		}
		if count := max(x.Count, 1); x.Count >= 0 && x.Hits >= count {
			continue
		}
		x.Hits++
		out = append(out, *x)
	}
	return out
}

func inTask(x *fault) bool { return x.Do == "slow" || x.Do == "fail" }

// task is how long a task lingers and how it fails, if it does.
func (f *faults) task(name, vm string) (slow time.Duration, fail types.BaseMethodFault) {
	for _, x := range f.hit(name, vm, inTask) {
		slow += time.Duration(x.Millis) * time.Millisecond
		if x.Do == "fail" {
			fail, _ = makeFault(x.Fault)
		}
	}
	return slow, fail
}

// makeFault is an empty fault of a vim25 type; without a name it is a GenericVmConfigFault.
func makeFault(name string) (types.BaseMethodFault, error) {
	if name == "" {
		name = "GenericVmConfigFault"
	}
	if kind, ok := types.TypeFunc()(name); ok {
		if x, ok := reflect.New(kind).Interface().(types.BaseMethodFault); ok {
			return x, nil
		}
	}
	return nil, fmt.Errorf("fault %q is no fault type of vim25", name)
}

// messages are the texts of a real vCenter, as far as clients show them.
var messages = map[string]string{
	"NotAuthenticated":      "The session is not authenticated.",
	"NoPermission":          "Permission to perform this operation was denied.",
	"TaskInProgress":        "The operation is not allowed in the current state: another task is already in progress.",
	"InvalidState":          "The operation is not allowed in the current state.",
	"ManagedObjectNotFound": "The object has already been deleted or has not been completely created",
	"GenericVmConfigFault":  "An error occurred while saving the snapshot: Failed to quiesce the virtual machine.",
	"NotSupported":          "The operation is not supported on the object.",
	"Timedout":              "Operation timed out.",
	"FileFault":             "Error caused by file",
	"InvalidArgument":       "A specified parameter was not correct:",
}

func message(f types.BaseMethodFault) string {
	name := reflect.TypeOf(f).Elem().Name()
	text, ok := messages[name]
	if !ok {
		text = name
	}
	switch x := f.(type) {
	case *types.FileFault:
		text += " " + x.File
	case *types.InvalidArgument:
		text += " " + x.InvalidProperty
	case *types.ManagedObjectNotFound:
		text = fmt.Sprintf("The object '%s:%s' has already been deleted or has not been completely created", x.Obj.Type, x.Obj.Value)
	}
	return text
}
