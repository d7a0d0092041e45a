package main

import (
	"path"
	"slices"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// What happens to VMs beside the client: by another administrator, by DRS, by a full datastore.

func (v *vcenter) RelocateVMTask(_ *simulator.Context, r *types.RelocateVM_Task) soap.HasFault {
	body := &methods.RelocateVM_TaskBody{}
	g := v.guest(r.This)
	if g == nil {
		body.Fault_ = missing(r.This)
		return body
	}
	body.Res = &types.RelocateVM_TaskResponse{Returnval: v.start(g, "RelocateVM_Task", v.move(g, r.Spec.Host, r.Spec.Datastore))}
	return body
}

func (v *vcenter) MigrateVMTask(_ *simulator.Context, r *types.MigrateVM_Task) soap.HasFault {
	body := &methods.MigrateVM_TaskBody{}
	g := v.guest(r.This)
	if g == nil {
		body.Fault_ = missing(r.This)
		return body
	}
	body.Res = &types.MigrateVM_TaskResponse{Returnval: v.start(g, "MigrateVM_Task", v.move(g, r.Host, nil))}
	return body
}

// move is vMotion (another host) and storage vMotion (another datastore); moref, uuid and change
// tracking stay.
func (v *vcenter) move(g *guest, host, store *types.ManagedObjectReference) work {
	return func(ctx *simulator.Context) (types.AnyType, types.BaseMethodFault) {
		vm := v.vm(g.ref)
		if host != nil {
			to, ok := ctx.Map.Get(*host).(*simulator.HostSystem)
			if !ok {
				return nil, &types.ManagedObjectNotFound{Obj: *host}
			}
			from := ctx.Map.Get(*vm.Runtime.Host).(*simulator.HostSystem)
			ctx.Map.RemoveReference(ctx, from, &from.Vm, g.ref)
			ctx.Map.AddReference(ctx, to, &to.Vm, g.ref)
			v.update(ctx, vm, change("runtime.host", host), change("summary.runtime.host", host))
		}
		if store != nil {
			to, ok := ctx.Map.Get(*store).(*simulator.Datastore)
			if !ok {
				return nil, &types.ManagedObjectNotFound{Obj: *store}
			}
			ctx.WithLock(vm, func() { v.moveDisks(ctx, vm, g, to) })
		}
		return nil, nil
	}
}

func (v *vcenter) moveDisks(ctx *simulator.Context, vm *simulator.VirtualMachine, g *guest, to *simulator.Datastore) {
	v.syncDisks(vm, g)
	devices := slices.Clone(vm.Config.Hardware.Device)
	for i, x := range devices {
		if d, ok := x.(*types.VirtualDisk); ok && g.disks[d.Key] != nil {
			disk := g.disks[d.Key]
			disk.mu.Lock()
			var p object.DatastorePath
			p.FromString(disk.file)
			p.Datastore = to.Name
			disk.file = p.String()
			disk.mu.Unlock()
			shown, b := *d, *d.Backing.(*types.VirtualDiskFlatVer2BackingInfo)
			b.Datastore = &to.Self
			shown.Backing = &b
			devices[i] = &shown
		}
	}
	ctx.Update(vm, []types.PropertyChange{change("config.hardware.device", devices),
		change("datastore", []types.ManagedObjectReference{to.Self})})
	v.showDisks(ctx, vm, g)
}

// act does what a fault or a test orders to happen to a VM, at once and past every lock of the API.
func (v *vcenter) act(x fault, ref types.ManagedObjectReference) {
	ctx := v.context()
	g := v.guest(ref)
	if x.Do == "low-space" {
		v.freeSpace(ctx, ref, x.Size)
		return
	}
	if g == nil {
		return
	}
	vm := v.vm(ref)
	switch x.Do {
	case "vmotion":
		v.move(g, v.otherHost(vm, x.Host), nil)(ctx)
	case "storage-vmotion":
		v.move(g, nil, v.otherStore(vm))(ctx)
	case "remove-snapshots":
		v.removeAll(ctx, g, true)
	case "consolidation":
		v.update(ctx, vm, change("runtime.consolidationNeeded", true))
	case "power-off":
		v.update(ctx, vm, change("runtime.powerState", types.VirtualMachinePowerStatePoweredOff),
			change("summary.runtime.powerState", types.VirtualMachinePowerStatePoweredOff))
	case "resize":
		ctx.WithLock(vm, func() { v.resize(ctx, vm, g, x.Key, x.Size) })
	case "lose-lease":
		for _, l := range v.leasesOf("") {
			if l.guest == g {
				l.fail(&types.Timedout{})
			}
		}
	}
}

func (v *vcenter) otherHost(vm *simulator.VirtualMachine, pattern string) *types.ManagedObjectReference {
	for _, h := range v.sorted("HostSystem") {
		name := v.name(h)
		if ok, _ := path.Match(pattern, name); ok || pattern == "" && h != *vm.Runtime.Host {
			return &h
		}
	}
	return vm.Runtime.Host
}

func (v *vcenter) otherStore(vm *simulator.VirtualMachine) *types.ManagedObjectReference {
	for _, store := range v.sorted("Datastore") {
		if !slices.Contains(vm.Datastore, store) {
			return &store
		}
	}
	return &vm.Datastore[0]
}

func (v *vcenter) resize(ctx *simulator.Context, vm *simulator.VirtualMachine, g *guest, key int32, size int64) {
	v.syncDisks(vm, g)
	for _, x := range object.VirtualDeviceList(vm.Config.Hardware.Device).SelectByType((*types.VirtualDisk)(nil)) {
		if d := g.disks[x.GetVirtualDevice().Key]; d != nil && (key == 0 || d.key == key) {
			if size == 0 {
				size = d.bytes + 1<<20
			}
			d.resize(size)
			break
		}
	}
	v.showDisks(ctx, vm, g)
}

// freeSpace sets what is left on a datastore; for a VM on all of its datastores.
func (v *vcenter) freeSpace(ctx *simulator.Context, ref types.ManagedObjectReference, bytes int64) {
	list := []types.ManagedObjectReference{ref}
	if vm := v.vm(ref); vm != nil {
		list = vm.Datastore
	}
	for _, r := range list {
		if ds, ok := ctx.Map.Get(r).(*simulator.Datastore); ok {
			ctx.WithLock(ds, func() {
				ds.Info.GetDatastoreInfo().FreeSpace = bytes
				ctx.Update(ds, []types.PropertyChange{change("summary.freeSpace", bytes)})
			})
		}
	}
}

func (v *vcenter) sorted(kind string) []types.ManagedObjectReference {
	var out []types.ManagedObjectReference
	for _, e := range v.model.Map().All(kind) {
		out = append(out, e.Reference())
	}
	slices.SortFunc(out, func(a, b types.ManagedObjectReference) int { return strings.Compare(v.name(a), v.name(b)) })
	return out
}
