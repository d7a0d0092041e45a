package main

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// wholeBlocks is how many blocks VMFS allocates at once: the "*" answer is in 1 MiB.
const wholeBlocks = 1 << 20 / blockBytes

// newEpoch is a change tracking uuid as hosts write it: "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63".
func newEpoch() string {
	u := uuid.New()
	return fmt.Sprintf("% x-% x", u[:8], u[8:])
}

func invalid(property string) *soap.Fault {
	f := &types.InvalidArgument{InvalidProperty: property}
	return simulator.Fault(message(f), f)
}

// QueryChangedDiskAreas answers from the change map that was frozen with the snapshot, at most
// maxAreas at a time: the caller goes on at startOffset + length.
func (v *vcenter) QueryChangedDiskAreas(_ *simulator.Context, r *types.QueryChangedDiskAreas) soap.HasFault {
	body := &methods.QueryChangedDiskAreasBody{}
	if r.Snapshot == nil {
		body.Fault_ = invalid("snapshot")
		return body
	}
	f := v.frozen(*r.Snapshot, r.DeviceKey)
	switch {
	case f == nil || f.disk.vm != r.This.Value:
		body.Fault_ = invalid("deviceKey")
	case r.StartOffset < 0 || r.StartOffset >= f.bytes:
		body.Fault_ = invalid("startOffset")
	default:
		changed, ok := f.since(r.ChangeId)
		if !ok { // what a host answers to a changeId of another epoch, or without tracking
			file := &types.FileFault{File: f.disk.vmdk(f.top.number)}
			body.Fault_ = simulator.Fault(message(file), file)
			break
		}
		body.Res = &types.QueryChangedDiskAreasResponse{Returnval: f.areas(r.StartOffset, v.opt.maxAreas, changed)}
	}
	return body
}

// since tells which blocks changed after the moment that a changeId names.
func (f *frozen) since(changeID string) (func(int64) bool, bool) {
	if f.changeID == "" {
		return nil, false
	}
	if changeID == "*" {
		return func(b int64) bool {
			first := b / wholeBlocks * wholeBlocks
			for i := first; i < first+wholeBlocks; i++ {
				if f.allocated(i) {
					return true
				}
			}
			return false
		}, true
	}
	epoch, _, _ := strings.Cut(f.changeID, "/")
	var then uint32
	if _, err := fmt.Sscanf(strings.TrimPrefix(changeID, epoch), "/%d", &then); err != nil || then > f.tick {
		return nil, false
	}
	return func(b int64) bool { return f.changed[b] > then }, true
}

func (f *frozen) areas(start int64, most int, changed func(int64) bool) types.DiskChangeInfo {
	info := types.DiskChangeInfo{StartOffset: start, Length: f.bytes - start}
	for b := start / blockBytes; b*blockBytes < f.bytes; b++ {
		if !changed(b) {
			continue
		}
		from, to := max(b*blockBytes, start), min((b+1)*blockBytes, f.bytes)
		n := len(info.ChangedArea)
		switch {
		case n > 0 && info.ChangedArea[n-1].Start+info.ChangedArea[n-1].Length == from:
			info.ChangedArea[n-1].Length += to - from
		case n == most:
			info.Length = from - start
			return info
		default:
			info.ChangedArea = append(info.ChangedArea, types.DiskChangeExtent{Start: from, Length: to - from})
		}
	}
	return info
}

// frozen is a snapshot's disk, nil for none.
func (v *vcenter) frozen(snapshot types.ManagedObjectReference, key int32) *frozen {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, f := range v.states[snapshot.Value] {
		if f.disk.key == key {
			return f
		}
	}
	return nil
}
