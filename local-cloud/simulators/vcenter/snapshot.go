package main

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

var lastSnapshot atomic.Int32

// snapshotOrder is what both forms of the call say.
type snapshotOrder struct {
	name, description string
	memory, quiesce   bool
}

func (v *vcenter) CreateSnapshotTask(_ *simulator.Context, r *types.CreateSnapshot_Task) soap.HasFault {
	body := &methods.CreateSnapshot_TaskBody{}
	g := v.guest(r.This)
	if g == nil {
		body.Fault_ = missing(r.This)
		return body
	}
	o := snapshotOrder{r.Name, r.Description, r.Memory, r.Quiesce}
	body.Res = &types.CreateSnapshot_TaskResponse{Returnval: v.start(g, "CreateSnapshot_Task", v.createSnapshot(g, o))}
	return body
}

func (v *vcenter) CreateSnapshotExTask(_ *simulator.Context, r *types.CreateSnapshotEx_Task) soap.HasFault {
	body := &methods.CreateSnapshotEx_TaskBody{}
	g := v.guest(r.This)
	if g == nil {
		body.Fault_ = missing(r.This)
		return body
	}
	o := snapshotOrder{r.Name, r.Description, r.Memory, r.QuiesceSpec != nil}
	body.Res = &types.CreateSnapshotEx_TaskResponse{Returnval: v.start(g, "CreateSnapshotEx_Task", v.createSnapshot(g, o))}
	return body
}

func missing(ref types.ManagedObjectReference) *soap.Fault {
	f := &types.ManagedObjectNotFound{Obj: ref}
	return simulator.Fault(message(f), f)
}

// createSnapshot freezes all disks of the VM but the independent ones, at one moment.
func (v *vcenter) createSnapshot(g *guest, o snapshotOrder) work {
	return func(ctx *simulator.Context) (types.AnyType, types.BaseMethodFault) {
		vm := v.vm(g.ref)
		if vm == nil {
			return nil, &types.ManagedObjectNotFound{Obj: g.ref}
		}
		snap := &simulator.VirtualMachineSnapshot{}
		snap.Vm = g.ref
		ctx.WithLock(vm, func() {
			v.syncDisks(vm, g)
			states := g.freeze()
			snap.Config = *vm.Config
			snap.Config.Hardware.Device = slices.Clone(vm.Config.Hardware.Device)
			for i, d := range snap.Config.Hardware.Device {
				if x, ok := d.(*types.VirtualDisk); ok {
					if j := slices.IndexFunc(states, func(f *frozen) bool { return f.disk.key == x.Key }); j >= 0 {
						snap.Config.Hardware.Device[i] = states[j].device(x)
					}
				}
			}
			ctx.Map.Put(snap)
			v.mu.Lock()
			v.states[snap.Self.Value] = states
			if v.opt.keepDigests {
				v.taken = append(v.taken, &taken{vm: g.ref, snapshot: snap.Self.Value, name: o.name, states: states})
			}
			v.mu.Unlock()

			on := vm.Runtime.PowerState == types.VirtualMachinePowerStatePoweredOn
			state := types.VirtualMachinePowerStatePoweredOff
			if o.memory {
				state = vm.Runtime.PowerState
			}
			// Without running Tools a host ignores the wish and says so only here.
			tools := vm.Guest.ToolsRunningStatus == string(types.VirtualMachineToolsRunningStatusGuestToolsRunning)
			item := types.VirtualMachineSnapshotTree{Snapshot: snap.Self, Vm: g.ref, Name: o.name, Description: o.description,
				Id: lastSnapshot.Add(1), CreateTime: time.Now(), State: state, Quiesced: o.quiesce && on && tools,
				ReplaySupported: types.NewBool(false)}
			info := &types.VirtualMachineSnapshotInfo{CurrentSnapshot: &snap.Self}
			if vm.Snapshot != nil && vm.Snapshot.CurrentSnapshot != nil {
				current := *vm.Snapshot.CurrentSnapshot
				info.RootSnapshotList = addChild(vm.Snapshot.RootSnapshotList, current, item)
				parent := ctx.Map.Get(current).(*simulator.VirtualMachineSnapshot)
				parent.ChildSnapshot = append(slices.Clone(parent.ChildSnapshot), snap.Self)
			} else {
				info.RootSnapshotList = []types.VirtualMachineSnapshotTree{item}
			}
			v.showSnapshots(ctx, vm, info)
			v.showDisks(ctx, vm, g)
		})
		return snap.Self, nil
	}
}

func (g *guest) freeze() []*frozen {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []*frozen
	for _, d := range g.disks {
		if !d.independent {
			out = append(out, d.freeze(newEpoch))
		}
	}
	slices.SortFunc(out, func(a, b *frozen) int { return int(a.disk.key - b.disk.key) })
	return out
}

// addChild and dropNode copy the tree; the old one may be on its way to a client.
func addChild(tree []types.VirtualMachineSnapshotTree, parent types.ManagedObjectReference, item types.VirtualMachineSnapshotTree) []types.VirtualMachineSnapshotTree {
	tree = slices.Clone(tree)
	for i := range tree {
		if tree[i].Snapshot == parent {
			tree[i].ChildSnapshotList = append(slices.Clone(tree[i].ChildSnapshotList), item)
		} else {
			tree[i].ChildSnapshotList = addChild(tree[i].ChildSnapshotList, parent, item)
		}
	}
	return tree
}

func dropNode(tree []types.VirtualMachineSnapshotTree, drop types.ManagedObjectReference, children bool) []types.VirtualMachineSnapshotTree {
	var out []types.VirtualMachineSnapshotTree
	for _, n := range tree {
		if n.Snapshot != drop {
			n.ChildSnapshotList = dropNode(n.ChildSnapshotList, drop, children)
			out = append(out, n)
		} else if !children {
			out = append(out, n.ChildSnapshotList...)
		}
	}
	return out
}

func refs(tree []types.VirtualMachineSnapshotTree) []types.ManagedObjectReference {
	var out []types.ManagedObjectReference
	for _, n := range tree {
		out = append(append(out, n.Snapshot), refs(n.ChildSnapshotList)...)
	}
	return out
}

func (v *vcenter) showSnapshots(ctx *simulator.Context, vm *simulator.VirtualMachine, info *types.VirtualMachineSnapshotInfo) {
	var roots []types.ManagedObjectReference
	if info != nil {
		for _, n := range info.RootSnapshotList {
			roots = append(roots, n.Snapshot)
		}
	}
	if info == nil {
		ctx.Update(vm, []types.PropertyChange{change("snapshot", nil), change("rootSnapshot", nil)})
		return
	}
	ctx.Update(vm, []types.PropertyChange{change("snapshot", info), change("rootSnapshot", roots)})
}

func (v *vcenter) RemoveSnapshotTask(_ *simulator.Context, r *types.RemoveSnapshot_Task) soap.HasFault {
	body := &methods.RemoveSnapshot_TaskBody{}
	snap, ok := v.model.Map().Get(r.This).(*simulator.VirtualMachineSnapshot)
	if !ok {
		body.Fault_ = missing(r.This)
		return body
	}
	g := v.guest(snap.Vm)
	merge := r.Consolidate == nil || *r.Consolidate
	body.Res = &types.RemoveSnapshot_TaskResponse{Returnval: v.start(g, "RemoveSnapshot_Task",
		func(ctx *simulator.Context) (types.AnyType, types.BaseMethodFault) {
			return nil, v.removeSnapshot(ctx, g, r.This, r.RemoveChildren, merge)
		})}
	return body
}

func (v *vcenter) RemoveAllSnapshotsTask(_ *simulator.Context, r *types.RemoveAllSnapshots_Task) soap.HasFault {
	body := &methods.RemoveAllSnapshots_TaskBody{}
	g := v.guest(r.This)
	if g == nil {
		body.Fault_ = missing(r.This)
		return body
	}
	merge := r.Consolidate == nil || *r.Consolidate
	body.Res = &types.RemoveAllSnapshots_TaskResponse{Returnval: v.start(g, "RemoveAllSnapshots_Task",
		func(ctx *simulator.Context) (types.AnyType, types.BaseMethodFault) {
			return nil, v.removeAll(ctx, g, merge)
		})}
	return body
}

func (v *vcenter) removeAll(ctx *simulator.Context, g *guest, merge bool) types.BaseMethodFault {
	vm := v.vm(g.ref)
	var roots []types.ManagedObjectReference
	ctx.WithLock(vm, func() { roots = slices.Clone(vm.RootSnapshot) })
	for _, root := range roots {
		if f := v.removeSnapshot(ctx, g, root, true, merge); f != nil {
			return f
		}
	}
	return nil
}

// removeSnapshot takes a snapshot out of the tree and merges what it held. With merge false, or when
// a test ordered it, the files stay and the VM needs consolidation.
func (v *vcenter) removeSnapshot(ctx *simulator.Context, g *guest, ref types.ManagedObjectReference, children, merge bool) types.BaseMethodFault {
	vm := v.vm(g.ref)
	for _, t := range v.takenOf(g.ref) { // before the lock, as it may last
		t.digest()
	}
	var fault types.BaseMethodFault
	ctx.WithLock(vm, func() {
		var before []types.ManagedObjectReference
		if vm.Snapshot != nil {
			before = refs(vm.Snapshot.RootSnapshotList)
		}
		if !slices.Contains(before, ref) {
			fault = &types.ManagedObjectNotFound{Obj: ref}
			return
		}
		tree := dropNode(vm.Snapshot.RootSnapshotList, ref, children)
		after := refs(tree)
		if len(after) == 0 {
			v.showSnapshots(ctx, vm, nil)
		} else {
			// The tree is one line here, so its last node is the current one.
			v.showSnapshots(ctx, vm, &types.VirtualMachineSnapshotInfo{CurrentSnapshot: &after[len(after)-1], RootSnapshotList: tree})
		}
		for _, gone := range before {
			if slices.Contains(after, gone) {
				continue
			}
			v.mu.Lock()
			states := v.states[gone.Value]
			delete(v.states, gone.Value)
			v.mu.Unlock()
			for _, f := range states {
				f.disk.thaw(f)
			}
			g.orphans = append(g.orphans, states...)
			ctx.Map.Remove(ctx, gone)
		}
		if merge {
			fault = v.consolidate(ctx, vm, g)
		} else {
			ctx.Update(vm, []types.PropertyChange{change("runtime.consolidationNeeded", true)})
		}
	})
	return fault
}

func (v *vcenter) consolidate(ctx *simulator.Context, vm *simulator.VirtualMachine, g *guest) types.BaseMethodFault {
	for _, f := range g.orphans {
		if err := f.disk.merge(f); err != nil {
			return &types.FileFault{File: err.Error()}
		}
	}
	g.orphans = nil
	v.showDisks(ctx, vm, g)
	v.mu.Lock()
	for _, states := range v.states {
		for _, f := range states {
			if f.disk.vm == g.ref.Value {
				v.showFrozen(f)
			}
		}
	}
	v.mu.Unlock()
	ctx.Update(vm, []types.PropertyChange{change("runtime.consolidationNeeded", false)})
	return nil
}

func (v *vcenter) ConsolidateVMDisksTask(_ *simulator.Context, r *types.ConsolidateVMDisks_Task) soap.HasFault {
	body := &methods.ConsolidateVMDisks_TaskBody{}
	g := v.guest(r.This)
	if g == nil {
		body.Fault_ = missing(r.This)
		return body
	}
	body.Res = &types.ConsolidateVMDisks_TaskResponse{Returnval: v.start(g, "ConsolidateVMDisks_Task",
		func(ctx *simulator.Context) (fault types.AnyType, _ types.BaseMethodFault) {
			vm := v.vm(g.ref)
			var f types.BaseMethodFault
			ctx.WithLock(vm, func() { f = v.consolidate(ctx, vm, g) })
			return nil, f
		})}
	return body
}

func (v *vcenter) RevertToSnapshotTask(*simulator.Context, *types.RevertToSnapshot_Task) soap.HasFault {
	return &methods.RevertToSnapshot_TaskBody{Fault_: simulator.Fault(messages["NotSupported"], &types.NotSupported{})}
}

func (v *vcenter) RevertToCurrentSnapshotTask(*simulator.Context, *types.RevertToCurrentSnapshot_Task) soap.HasFault {
	return &methods.RevertToCurrentSnapshot_TaskBody{Fault_: simulator.Fault(messages["NotSupported"], &types.NotSupported{})}
}

// device is the disk as the snapshot's config shows it.
func (f *frozen) device(now *types.VirtualDisk) *types.VirtualDisk {
	d := *now
	d.CapacityInBytes, d.CapacityInKB = f.bytes, f.bytes/1024
	d.Backing = f.disk.backing(now, f.top, f.changeID)
	f.shown = &d
	return &d
}

// uuid is that of the disk's backing, which all files of its chain have.
func (f *frozen) uuid() string {
	return f.shown.Backing.(*types.VirtualDiskFlatVer2BackingInfo).Uuid
}

// showFrozen follows a merge: the files below a snapshot have changed.
func (v *vcenter) showFrozen(f *frozen) {
	f.shown.Backing = f.disk.backing(f.shown, f.top, f.changeID)
}

// backing is the chain of files up to a layer; what is no file name is kept from the device.
func (d *disk) backing(device *types.VirtualDisk, top *layer, changeID string) *types.VirtualDiskFlatVer2BackingInfo {
	d.mu.RLock()
	defer d.mu.RUnlock()
	like := device.Backing.(*types.VirtualDiskFlatVer2BackingInfo)
	var out *types.VirtualDiskFlatVer2BackingInfo
	for _, l := range d.chain {
		b := *like
		b.Parent, b.FileName, b.ChangeId = out, d.vmdk(l.number), ""
		out = &b
		if l == top {
			break
		}
	}
	out.ChangeId = changeID
	return out
}

// showDisks makes the VM's devices say what its disks have become.
func (v *vcenter) showDisks(ctx *simulator.Context, vm *simulator.VirtualMachine, g *guest) {
	devices := slices.Clone(vm.Config.Hardware.Device)
	for i, x := range devices {
		now, ok := x.(*types.VirtualDisk)
		if !ok || g.disks[now.Key] == nil {
			continue
		}
		d := g.disks[now.Key]
		shown := *now
		shown.CapacityInBytes, shown.CapacityInKB = d.bytes, d.bytes/1024
		shown.Backing = d.backing(now, d.chain[len(d.chain)-1], d.changeID())
		devices[i] = &shown
	}
	ctx.Update(vm, []types.PropertyChange{change("config.hardware.device", devices)})
}

// syncDisks follows what clients did to the VM's devices.
func (v *vcenter) syncDisks(vm *simulator.VirtualMachine, g *guest) {
	g.mu.Lock()
	defer g.mu.Unlock()
	seen := map[int32]bool{}
	for _, x := range object.VirtualDeviceList(vm.Config.Hardware.Device).SelectByType((*types.VirtualDisk)(nil)) {
		device := x.(*types.VirtualDisk)
		backing, ok := device.Backing.(*types.VirtualDiskFlatVer2BackingInfo)
		if !ok {
			continue // a raw device: no snapshot, no export
		}
		seen[device.Key] = true
		d := g.disks[device.Key]
		if d == nil {
			d = newDisk(g.ref.Value, device.Key, device.CapacityInBytes, g.dir, diskName(g.ref, device.Key))
			d.file = strings.TrimSuffix(backing.FileName, ".vmdk")
			g.disks[device.Key] = d
		}
		if device.CapacityInBytes > d.bytes {
			d.resize(device.CapacityInBytes)
		}
		d.independent = strings.HasPrefix(backing.DiskMode, "independent")
		d.track(vm.Config.ChangeTrackingEnabled != nil && *vm.Config.ChangeTrackingEnabled)
	}
	for key, d := range g.disks {
		if !seen[key] {
			d.close()
			delete(g.disks, key)
		}
	}
}
