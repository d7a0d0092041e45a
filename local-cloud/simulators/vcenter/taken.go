package main

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"github.com/vmware/govmomi/vim25/types"
)

// taken is a snapshot that was made, with what it froze: a client may have removed it when somebody asks what its
// copy has to be. Its disks are read when it is removed, or when it is asked for before that.
type taken struct {
	vm             types.ManagedObjectReference
	snapshot, name string
	once           sync.Once
	states         []*frozen
	disks          []frozenDiskView
}

// What GET /frozen answers, the oldest first.
type (
	frozenView struct {
		VM       string           `json:"vm"`
		Snapshot string           `json:"snapshot"`
		Name     string           `json:"name"`
		Disks    []frozenDiskView `json:"disks"`
	}
	frozenDiskView struct {
		Key   int32  `json:"key"`
		UUID  string `json:"uuid"` // of its backing
		Bytes int64  `json:"bytes"`
		// LastWrite is the number of the writer's last write that is in it.
		LastWrite int64  `json:"lastWrite"`
		SHA256    string `json:"sha256"`
	}
)

func (t *taken) digest() []frozenDiskView {
	t.once.Do(func() {
		t.disks = []frozenDiskView{}
		for _, f := range t.states {
			h := sha256.New()
			if _, err := f.WriteTo(h); err != nil {
				continue // the disk was taken away
			}
			t.disks = append(t.disks, frozenDiskView{f.disk.key, f.uuid(), f.bytes, f.write, hex.EncodeToString(h.Sum(nil))})
		}
		t.states = nil
	})
	return t.disks
}

// takenOf are those of one VM, or all for the zero reference.
func (v *vcenter) takenOf(vm types.ManagedObjectReference) []*taken {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []*taken
	for _, t := range v.taken {
		if vm.Value == "" || t.vm == vm {
			out = append(out, t)
		}
	}
	return out
}

func (v *vcenter) frozenViews() []frozenView {
	out := []frozenView{}
	for _, t := range v.takenOf(types.ManagedObjectReference{}) {
		out = append(out, frozenView{t.vm.Value, t.snapshot, t.name, t.digest()})
	}
	return out
}
