package main

import (
	"context"
	"log"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// vcenter stands before the module's objects and takes the calls that the module lacks or answers
// too simply. The module's hook can lead a call elsewhere only by naming another object; so this is
// a registered object of its own, and each call still carries the object that the client named.
type vcenter struct {
	Self   types.ManagedObjectReference
	opt    options
	model  *simulator.Model
	server *simulator.Server
	users  []user
	faults faults
	log    *log.Logger
	dir    string // everything on disk; removed at the end
	ready  ready

	controlServer *http.Server
	stop          context.CancelFunc
	work          sync.WaitGroup // writers and the clock

	mu     sync.Mutex
	role   []string
	guests map[string]*guest        // by the VM's moref
	states map[string][]*frozen     // by the snapshot's moref
	leases map[string]*HttpNfcLease // by the name in their URLs
	calls  map[string]int           // by method
	taken  []*taken                 // with -keep-digests
}

func (v *vcenter) Reference() types.ManagedObjectReference { return v.Self }

// Lock and Unlock keep the module from serializing all calls that come here.
func (v *vcenter) Lock()   {}
func (v *vcenter) Unlock() {}

// guest is what a VM has beyond the module's object.
type guest struct {
	ref     types.ManagedObjectReference
	dir     string
	mu      sync.Mutex // held for each write and for a snapshot: all disks of a VM freeze at one moment
	disks   map[int32]*disk
	orphans []*frozen // of removed snapshots, not yet merged: consolidation is needed
	number  int64     // of the writer's last write

	busyMu sync.Mutex
	busy   *types.ManagedObjectReference // the task or lease that has the VM
}

func (g *guest) begin(by types.ManagedObjectReference) *types.ManagedObjectReference {
	g.busyMu.Lock()
	defer g.busyMu.Unlock()
	if g.busy == nil {
		g.busy = &by
		return nil
	}
	return g.busy
}

func (g *guest) end() {
	g.busyMu.Lock()
	defer g.busyMu.Unlock()
	g.busy = nil
}

// context is one of the simulator's own: no session of a user, all privileges.
func (v *vcenter) context() *simulator.Context {
	m := v.model.Map()
	return &simulator.Context{Context: context.Background(), Map: m,
		Session: &simulator.Session{Registry: simulator.NewRegistry(), Map: m}}
}

func (v *vcenter) vm(ref types.ManagedObjectReference) *simulator.VirtualMachine {
	vm, _ := v.model.Map().Get(ref).(*simulator.VirtualMachine)
	return vm
}

func (v *vcenter) name(ref types.ManagedObjectReference) string {
	if e, ok := v.model.Map().Get(ref).(mo.Entity); ok {
		return e.Entity().Name
	}
	return ""
}

// entity is the VM that a call is about: its object, or the VM of its snapshot.
func (v *vcenter) entity(ref types.ManagedObjectReference) types.ManagedObjectReference {
	if s, ok := v.model.Map().Get(ref).(*simulator.VirtualMachineSnapshot); ok {
		return s.Vm
	}
	return ref
}

// ours are the methods that this object answers.
var ours = map[string]bool{
	"CreateSnapshot_Task": true, "CreateSnapshotEx_Task": true, "RemoveSnapshot_Task": true,
	"RemoveAllSnapshots_Task": true, "ConsolidateVMDisks_Task": true, "RevertToSnapshot_Task": true,
	"RevertToCurrentSnapshot_Task": true, "ExportSnapshot": true, "ExportVm": true,
	"QueryChangedDiskAreas": true, "RelocateVM_Task": true, "MigrateVM_Task": true,
	"HasPrivilegeOnEntity": true, "HasPrivilegeOnEntities": true, "HasUserPrivilegeOnEntities": true,
	"FetchUserPrivilegeOnEntities": true, "RefreshDatastore": true, "ContinueRetrievePropertiesEx": true,
}

// leased are the module's methods that a held lease blocks; ours ask for themselves.
var leased = map[string]bool{"PowerOnVM_Task": true, "PowerOffVM_Task": true, "SuspendVM_Task": true,
	"ResetVM_Task": true, "Destroy_Task": true, "UnregisterVM": true, "MarkAsTemplate": true, "ReconfigVM_Task": true}

// handle sees every call before the module does.
func (v *vcenter) handle(ctx *simulator.Context, m *simulator.Method) (mo.Reference, types.BaseMethodFault) {
	entity := v.entity(m.This)
	v.mu.Lock()
	v.calls[m.Name]++
	v.mu.Unlock()
	if f := v.check(ctx, m, entity); f != nil {
		v.refuse(m, f)
		return v, nil
	}
	switch r := m.Body.(type) {
	case *types.RetrievePropertiesEx:
		if n := r.Options.MaxObjects; n <= 0 || n > v.opt.pageObjects {
			r.Options.MaxObjects = v.opt.pageObjects
		}
	case *types.Logout:
		for _, l := range v.leasesOf(ctx.Session.Key) {
			l.fail(&types.NotAuthenticated{})
		}
	}
	switch {
	case ours[m.Name]:
		m.This = v.Self
	case m.Name == "Fetch":
		v.leadFetch(m)
	}
	return nil, nil
}

// check is the fault that meets a call before anything happens, nil for none.
func (v *vcenter) check(ctx *simulator.Context, m *simulator.Method, entity types.ManagedObjectReference) types.BaseMethodFault {
	if withoutLogin[m.Name] {
		return nil
	}
	if ctx.Session == nil {
		return &types.NotAuthenticated{NoPermission: types.NoPermission{Object: &m.This, PrivilegeId: "System.View"}}
	}
	user := ctx.Session.UserName
	if user == "" {
		return nil // the simulator itself
	}
	ownTask := ours[m.Name] && strings.HasSuffix(m.Name, "_Task") // slow and fail are for start
	for _, x := range v.faults.hit(m.Name, v.name(entity), func(x *fault) bool { return !ownTask || !inTask(x) }) {
		switch x.Do {
		case "not-authenticated":
			v.endSession(ctx.Session.Key)
			return &types.NotAuthenticated{NoPermission: types.NoPermission{Object: &m.This, PrivilegeId: "System.View"}}
		case "no-permission":
			privilege := x.Privilege
			if privilege == "" {
				privilege = needs(m)
			}
			return noPermission(entity, privilege)
		case "refuse", "fail":
			f, _ := makeFault(x.Fault)
			return f
		case "slow":
			time.Sleep(time.Duration(x.Millis) * time.Millisecond)
		default:
			v.act(x, entity)
		}
	}
	if p := needs(m); p != "" && !v.holds(user, p) {
		return noPermission(entity, p)
	}
	if leased[m.Name] {
		if g := v.guest(entity); g != nil {
			g.busyMu.Lock()
			defer g.busyMu.Unlock()
			if g.busy != nil {
				return &types.TaskInProgress{Task: *g.busy}
			}
		}
	}
	return nil
}

// ContinueRetrievePropertiesEx drops the empty properties that the module leaves in later pages.
func (v *vcenter) ContinueRetrievePropertiesEx(ctx *simulator.Context, r *types.ContinueRetrievePropertiesEx) soap.HasFault {
	pc := ctx.Session.Get(r.This).(*simulator.PropertyCollector)
	body := pc.ContinueRetrievePropertiesEx(ctx, r).(*methods.ContinueRetrievePropertiesExBody)
	if body.Res != nil {
		for i, o := range body.Res.Returnval.Objects {
			body.Res.Returnval.Objects[i].PropSet = slices.DeleteFunc(o.PropSet, func(p types.DynamicProperty) bool { return p.Val == nil })
		}
	}
	return body
}

// RefreshDatastore leaves the free space as a test set it.
func (v *vcenter) RefreshDatastore(*simulator.Context, *types.RefreshDatastore) soap.HasFault {
	return &methods.RefreshDatastoreBody{Res: &types.RefreshDatastoreResponse{}}
}
