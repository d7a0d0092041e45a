package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// control is the tests' own door. A real vCenter has nothing of it; it is another port and plain
// HTTP, so no client can take it for the API.
func (v *vcenter) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) { reply(w, v.state()) })
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) { reply(w, v.ready) })
	mux.HandleFunc("GET /frozen", func(w http.ResponseWriter, _ *http.Request) { reply(w, v.frozenViews()) })
	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { reply(w, v.faults.all()) })
	mux.HandleFunc("DELETE /faults", func(http.ResponseWriter, *http.Request) { v.faults.clear() })
	mux.HandleFunc("POST /faults", v.postFault)
	mux.HandleFunc("PUT /role", func(w http.ResponseWriter, r *http.Request) {
		var privileges []string
		if read(w, r, &privileges) {
			v.setRole(privileges)
		}
	})
	mux.HandleFunc("DELETE /sessions", func(http.ResponseWriter, *http.Request) {
		for _, s := range v.sessions() {
			v.endSession(s.Key)
		}
	})
	mux.HandleFunc("GET /snapshots/{snapshot}/disks/{key}", v.getDisk)
	mux.HandleFunc("GET /snapshots/{snapshot}/disks/{key}/sha256", v.getDisk)
	mux.HandleFunc("PUT /vms/{vm}/disks/{key}", v.putDisk)
	return mux
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

func read(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func (v *vcenter) postFault(w http.ResponseWriter, r *http.Request) {
	var x fault
	if !read(w, r, &x) {
		return
	}
	if x.On == "now" {
		hits := 0
		for _, ref := range append(v.sorted("VirtualMachine"), v.sorted("Datastore")...) {
			if ref.Type == "Datastore" && x.Do != "low-space" {
				continue
			}
			if ok, _ := path.Match(x.VM, v.name(ref)); ok || x.VM == "" {
				v.act(x, ref)
				hits++
			}
		}
		x.Hits = hits
		reply(w, x)
		return
	}
	x, err := v.faults.add(x)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reply(w, x)
}

// getDisk answers a frozen disk raw, or its SHA-256 in hex.
func (v *vcenter) getDisk(w http.ResponseWriter, r *http.Request) {
	key, _ := strconv.ParseInt(r.PathValue("key"), 10, 32)
	f := v.frozen(types.ManagedObjectReference{Type: "VirtualMachineSnapshot", Value: r.PathValue("snapshot")}, int32(key))
	if f == nil {
		http.Error(w, "no such disk in a snapshot", http.StatusNotFound)
		return
	}
	if strings.HasSuffix(r.URL.Path, "/sha256") {
		h := sha256.New()
		if _, err := f.WriteTo(h); err != nil {
			http.Error(w, err.Error(), http.StatusGone)
			return
		}
		_, _ = io.WriteString(w, hex.EncodeToString(h.Sum(nil))+"\n")
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(f.bytes, 10))
	if _, err := f.WriteTo(w); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// putDisk is a write from outside into the running guest, at ?offset=.
func (v *vcenter) putDisk(w http.ResponseWriter, r *http.Request) {
	offset, err := strconv.ParseInt(r.URL.Query().Get("offset"), 10, 64)
	if r.URL.Query().Get("offset") == "" {
		offset, err = 0, nil
	}
	key, keyErr := strconv.ParseInt(r.PathValue("key"), 10, 32)
	g := v.guestNamed(r.PathValue("vm"))
	if err != nil || keyErr != nil || g == nil {
		http.Error(w, "no such VM, disk or offset", http.StatusNotFound)
		return
	}
	buf := make([]byte, 1<<20)
	for {
		n, readErr := io.ReadFull(r.Body, buf)
		if n > 0 {
			g.mu.Lock()
			d := g.disks[int32(key)]
			err := fmt.Errorf("the VM has no disk %d", key)
			if d != nil {
				err = d.write(buf[:n], offset, 0)
			}
			g.mu.Unlock()
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			offset += int64(n)
		}
		if readErr != nil {
			return
		}
	}
}

func (v *vcenter) guestNamed(name string) *guest {
	for _, ref := range v.sorted("VirtualMachine") {
		if ref.Value == name || v.name(ref) == name {
			return v.guest(ref)
		}
	}
	return nil
}

// What GET /state answers.
type (
	stateView struct {
		Sessions []sessionView  `json:"sessions"`
		Leases   []leaseView    `json:"leases"`
		VMs      []vmView       `json:"vms"`
		Calls    map[string]int `json:"calls"`
		Role     []string       `json:"role"`
	}
	sessionView struct {
		User  string `json:"user"`
		Agent string `json:"agent"`
		Calls int64  `json:"calls"`
	}
	leaseView struct {
		Lease   string `json:"lease"`
		VM      string `json:"vm"`
		State   string `json:"state"`
		Percent int32  `json:"percent"`
	}
	vmView struct {
		VM        string         `json:"vm"`
		Name      string         `json:"name"`
		Host      string         `json:"host"`
		Power     string         `json:"power"`
		Writes    int64          `json:"writes"`
		Disks     []diskView     `json:"disks"`
		Snapshots []snapshotView `json:"snapshots"`
	}
	diskView struct {
		Key      int32  `json:"key"`
		Bytes    int64  `json:"bytes"`
		Layers   int    `json:"layers"`
		ChangeID string `json:"changeId,omitempty"`
		// LastWrite is the number of the writer's last write that is in it.
		LastWrite int64 `json:"lastWrite"`
	}
	snapshotView struct {
		Snapshot    string     `json:"snapshot"`
		Name        string     `json:"name"`
		Description string     `json:"description"`
		Quiesced    bool       `json:"quiesced"`
		Disks       []diskView `json:"disks"`
	}
)

func (v *vcenter) state() stateView {
	out := stateView{Sessions: []sessionView{}, Leases: []leaseView{}, VMs: []vmView{}}
	for _, s := range v.sessions() {
		out.Sessions = append(out.Sessions, sessionView{s.UserName, s.UserAgent, s.CallCount})
	}
	ctx := v.context()
	for _, l := range v.leasesOf("") {
		ctx.WithLock(l, func() {
			out.Leases = append(out.Leases, leaseView{l.Self.Value, l.guest.ref.Value, string(l.State), l.TransferProgress})
		})
	}
	for _, ref := range v.sorted("VirtualMachine") {
		if g := v.guest(ref); g != nil {
			out.VMs = append(out.VMs, v.vmState(ctx, g))
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	out.Calls, out.Role = maps.Clone(v.calls), slices.Clone(v.role)
	return out
}

func (v *vcenter) vmState(ctx *simulator.Context, g *guest) vmView {
	vm := v.vm(g.ref)
	out := vmView{VM: g.ref.Value, Disks: []diskView{}, Snapshots: []snapshotView{}}
	var tree []types.VirtualMachineSnapshotTree
	ctx.WithLock(vm, func() {
		out.Name, out.Power = vm.Name, string(vm.Runtime.PowerState)
		out.Host = v.name(*vm.Runtime.Host)
		if vm.Snapshot != nil {
			tree = vm.Snapshot.RootSnapshotList
		}
	})
	for _, key := range g.keys() {
		g.mu.Lock()
		out.Writes = g.number
		if d := g.disks[key]; d != nil {
			id := d.changeID()
			d.mu.RLock()
			out.Disks = append(out.Disks, diskView{key, d.bytes, len(d.chain), id, d.last})
			d.mu.RUnlock()
		}
		g.mu.Unlock()
	}
	for len(tree) > 0 {
		n := tree[0]
		s := snapshotView{Snapshot: n.Snapshot.Value, Name: n.Name, Description: n.Description, Quiesced: n.Quiesced, Disks: []diskView{}}
		v.mu.Lock()
		for _, f := range v.states[n.Snapshot.Value] {
			s.Disks = append(s.Disks, diskView{f.disk.key, f.bytes, 0, f.changeID, f.write})
		}
		v.mu.Unlock()
		out.Snapshots = append(out.Snapshots, s)
		tree = append(slices.Clone(n.ChildSnapshotList), tree[1:]...)
	}
	return out
}
