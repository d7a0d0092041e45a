package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// Task is a task of ours. The module's own tasks hold their entity's lock while they run, so a slow
// one would hide the VM from every reader; a real vCenter answers on. The name is the type that
// clients see.
type Task struct {
	mo.Task
}

var lastTask atomic.Int64

// CancelTask answers as a host does for the tasks that are simulated here.
func (t *Task) CancelTask(*simulator.Context, *types.CancelTask) soap.HasFault {
	return &methods.CancelTaskBody{Fault_: simulator.Fault("The operation is not supported on the object.", &types.NotSupported{})}
}

// work is what a task does at its end; its result is the task's.
type work func(ctx *simulator.Context) (types.AnyType, types.BaseMethodFault)

// start runs work as a task on a VM. Two tasks on one VM are refused, as a host does it.
func (v *vcenter) start(g *guest, name string, do work) types.ManagedObjectReference {
	entity := g.ref
	t := &Task{}
	t.Self = types.ManagedObjectReference{Type: "Task", Value: fmt.Sprintf("task-%d", 1_000_000+lastTask.Add(1))}
	t.Info = types.TaskInfo{Key: t.Self.Value, Task: t.Self, Name: name, DescriptionId: "VirtualMachine." + name,
		Entity: &entity, EntityName: v.name(entity), State: types.TaskInfoStateQueued, QueueTime: time.Now(),
		Reason: &types.TaskReasonUser{UserName: "simulated"}}
	ctx := v.context()
	ctx.Map.Put(t)
	slow, fail := v.faults.task(name, v.name(entity))
	// Here, not in the task's own thread: a later call's task could overtake this one.
	busy := g.begin(t.Self)
	go func() {
		v.update(ctx, t, change("info.state", types.TaskInfoStateRunning), change("info.startTime", time.Now()))
		var result types.AnyType
		var fault types.BaseMethodFault
		if busy != nil {
			fault = &types.TaskInProgress{Task: *busy}
		} else {
			time.Sleep(slow)
			if fail != nil {
				fault = fail
			} else {
				result, fault = do(ctx)
			}
			g.end()
		}
		changes := []types.PropertyChange{change("info.completeTime", time.Now())}
		if fault == nil {
			changes = append(changes, change("info.result", result), change("info.state", types.TaskInfoStateSuccess))
		} else {
			changes = append(changes, change("info.error", types.LocalizedMethodFault{Fault: fault, LocalizedMessage: message(fault)}),
				change("info.state", types.TaskInfoStateError))
		}
		v.update(ctx, t, changes...)
	}()
	return t.Self
}

func change(name string, value any) types.PropertyChange {
	return types.PropertyChange{Name: name, Val: value}
}

// update changes an object's properties in one step that waiting collectors see.
func (v *vcenter) update(ctx *simulator.Context, object mo.Reference, changes ...types.PropertyChange) {
	ctx.WithLock(object, func() { ctx.Update(object, changes) })
}
