package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// HttpNfcLease is the right to read a snapshot's disks, until it is completed, aborted, or not
// renewed in time. While it is held nobody powers, moves or destroys the VM. The name is the type
// that clients see.
type HttpNfcLease struct {
	mo.HttpNfcLease
	v       *vcenter
	id      string // in its URLs
	session string
	guest   *guest
	files   map[string]grainFile

	mu      sync.Mutex
	touched time.Time
	ended   bool
	over    chan struct{}
}

// grainFile is one URL of a lease: a disk, or bytes where disk is nil.
type grainFile struct {
	disk  *frozen
	uuid  string
	bytes []byte
}

func (v *vcenter) ExportSnapshot(ctx *simulator.Context, r *types.ExportSnapshot) soap.HasFault {
	body := &methods.ExportSnapshotBody{}
	snap, ok := v.model.Map().Get(r.This).(*simulator.VirtualMachineSnapshot)
	if !ok {
		body.Fault_ = missing(r.This)
		return body
	}
	v.mu.Lock()
	states := v.states[r.This.Value]
	v.mu.Unlock()
	lease, fault := v.export(ctx, v.guest(snap.Vm), snap.Config.Hardware.Device, states)
	if fault != nil {
		body.Fault_ = simulator.Fault(message(fault), fault)
	} else {
		body.Res = &types.ExportSnapshotResponse{Returnval: lease.Self}
	}
	return body
}

// ExportVm is for VMs that are off, as on a host; what runs is exported from a snapshot.
func (v *vcenter) ExportVm(ctx *simulator.Context, r *types.ExportVm) soap.HasFault {
	f := types.BaseMethodFault(&types.NotSupported{})
	if vm := v.vm(r.This); vm != nil && vm.Runtime.PowerState != types.VirtualMachinePowerStatePoweredOff {
		f = &types.InvalidPowerState{RequestedState: types.VirtualMachinePowerStatePoweredOff, ExistingState: vm.Runtime.PowerState}
	}
	return &methods.ExportVmBody{Fault_: simulator.Fault(message(f), f)}
}

func (v *vcenter) export(ctx *simulator.Context, g *guest, devices object.VirtualDeviceList, states []*frozen) (*HttpNfcLease, types.BaseMethodFault) {
	l := &HttpNfcLease{v: v, id: uuid.NewString(), session: ctx.Session.Key, guest: g,
		files: map[string]grainFile{}, touched: time.Now(), over: make(chan struct{})}
	l.Self = types.ManagedObjectReference{Type: "HttpNfcLease", Value: fmt.Sprintf("session[%s]%s", l.session, l.id)}
	l.State = types.HttpNfcLeaseStateInitializing
	l.Mode = string(types.HttpNfcLeaseModePushOrGet)
	if busy := g.begin(l.Self); busy != nil {
		return nil, &types.TaskInProgress{Task: *busy}
	}
	info := &types.HttpNfcLeaseInfo{Lease: l.Self, Entity: g.ref, LeaseTimeout: int32(v.opt.leaseTimeout / time.Second)}
	for i, f := range states {
		device := devices.FindByKey(f.disk.key).(*types.VirtualDisk)
		name := fmt.Sprintf("disk-%d.vmdk", i)
		l.files[name] = grainFile{disk: f, uuid: device.Backing.(*types.VirtualDiskFlatVer2BackingInfo).Uuid}
		info.TotalDiskCapacityInKB += f.bytes / 1024
		place := "?"
		if c, ok := devices.FindByKey(device.ControllerKey).(types.BaseVirtualController); ok {
			place = fmt.Sprintf("%s%d:%d", devices.TypeName(c.(types.BaseVirtualDevice)), c.GetVirtualController().BusNumber, *device.UnitNumber)
		}
		info.DeviceUrl = append(info.DeviceUrl, v.deviceURL(l, g, name, place, true))
	}
	if vm := v.vm(g.ref); vm.Config.Firmware == string(types.GuestOsDescriptorFirmwareTypeEfi) {
		name := fmt.Sprintf("file-%d.nvram", len(states))
		l.files[name] = grainFile{bytes: make([]byte, 8684)}
		u := v.deviceURL(l, g, name, "nvram", false)
		u.FileSize = int64(len(l.files[name].bytes))
		info.DeviceUrl = append(info.DeviceUrl, u)
	}
	v.mu.Lock()
	v.leases[l.id] = l
	v.mu.Unlock()
	ctx.Session.Put(l)
	own := v.context()
	go func() {
		select {
		case <-time.After(v.opt.leaseDelay):
			own.WithLock(l, func() {
				l.mu.Lock()
				ended := l.ended
				l.touched = time.Now()
				l.mu.Unlock()
				if !ended {
					own.Update(l, []types.PropertyChange{change("initializeProgress", int32(100)), change("info", info),
						change("state", types.HttpNfcLeaseStateReady)})
				}
			})
		case <-l.over:
		}
	}()
	return l, nil
}

func (v *vcenter) deviceURL(l *HttpNfcLease, g *guest, name, place string, disk bool) types.HttpNfcLeaseDeviceUrl {
	host := v.server.URL.Host
	if v.opt.starHost {
		host = "*"
	}
	u := url.URL{Scheme: "https", Host: host, Path: "/nfc/" + l.id + "/" + name}
	// A "*" must not be escaped; url.URL keeps it in a host.
	return types.HttpNfcLeaseDeviceUrl{Key: "/" + g.ref.Value + "/" + place, ImportKey: "/" + v.name(g.ref) + "/" + place,
		Url: u.String(), Disk: types.NewBool(disk), TargetId: name, SslThumbprint: v.opt.thumbprint}
}

// end gives the VM back; the state is what clients see from then on.
func (l *HttpNfcLease) end(ctx *simulator.Context, state types.HttpNfcLeaseState, fault types.BaseMethodFault) {
	l.mu.Lock()
	if l.ended {
		l.mu.Unlock()
		return
	}
	l.ended = true
	close(l.over)
	l.mu.Unlock()
	l.v.mu.Lock()
	delete(l.v.leases, l.id)
	l.v.mu.Unlock()
	l.guest.end()
	changes := []types.PropertyChange{change("state", state)}
	if fault != nil {
		changes = append(changes, change("error", types.LocalizedMethodFault{Fault: fault, LocalizedMessage: message(fault)}))
	}
	l.v.update(ctx, l, changes...)
}

// fail ends a lease that its holder did not end.
func (l *HttpNfcLease) fail(fault types.BaseMethodFault) {
	l.end(l.v.context(), types.HttpNfcLeaseStateError, fault)
}

func (v *vcenter) leasesOf(session string) []*HttpNfcLease {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []*HttpNfcLease
	for _, l := range v.leases {
		if session == "" || l.session == session {
			out = append(out, l)
		}
	}
	return out
}

// reap ends the leases that nobody renewed.
func (v *vcenter) reap() {
	for _, l := range v.leasesOf("") {
		l.mu.Lock()
		late := time.Since(l.touched) > v.opt.leaseTimeout
		l.mu.Unlock()
		if late {
			l.fail(&types.Timedout{})
		}
	}
}

// gone is the fault of a lease that has ended.
func (l *HttpNfcLease) gone() *soap.Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ended {
		return nil
	}
	f := types.BaseMethodFault(&types.InvalidState{})
	if l.Error != nil {
		f = l.Error.Fault
	}
	return simulator.Fault(message(f), f)
}

func (l *HttpNfcLease) HttpNfcLeaseProgress(_ *simulator.Context, r *types.HttpNfcLeaseProgress) soap.HasFault {
	body := &methods.HttpNfcLeaseProgressBody{Fault_: l.gone()}
	if body.Fault_ == nil {
		l.mu.Lock()
		l.touched = time.Now()
		l.TransferProgress = r.Percent
		l.mu.Unlock()
		body.Res = &types.HttpNfcLeaseProgressResponse{}
	}
	return body
}

func (l *HttpNfcLease) HttpNfcLeaseComplete(ctx *simulator.Context, r *types.HttpNfcLeaseComplete) soap.HasFault {
	body := &methods.HttpNfcLeaseCompleteBody{Fault_: l.gone()}
	if body.Fault_ == nil {
		l.end(ctx, types.HttpNfcLeaseStateDone, nil)
		ctx.Session.Remove(ctx, r.This)
		body.Res = &types.HttpNfcLeaseCompleteResponse{}
	}
	return body
}

func (l *HttpNfcLease) HttpNfcLeaseAbort(ctx *simulator.Context, r *types.HttpNfcLeaseAbort) soap.HasFault {
	body := &methods.HttpNfcLeaseAbortBody{Fault_: l.gone()}
	if body.Fault_ == nil {
		l.end(ctx, types.HttpNfcLeaseStateError, &types.RequestCanceled{})
		ctx.Session.Remove(ctx, r.This)
		body.Res = &types.HttpNfcLeaseAbortResponse{}
	}
	return body
}

// serveNfc streams a disk of a lease: no length, no ranges, only to the session that holds it.
func (v *vcenter) serveNfc(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/nfc/"), "/")
	v.mu.Lock()
	l := v.leases[parts[0]]
	v.mu.Unlock()
	if l == nil || len(parts) != 2 {
		http.NotFound(w, r)
		return
	}
	if v.sessionOf(r) != l.session {
		http.Error(w, "401 the session is not authenticated", http.StatusUnauthorized)
		return
	}
	f, ok := l.files[parts[1]]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method == http.MethodHead {
		http.Error(w, "405", http.StatusMethodNotAllowed)
		return
	}
	if f.disk == nil {
		w.Header().Set("Content-Type", "application/octet-stream")
		_, _ = w.Write(f.bytes)
		return
	}
	w.Header().Set("Content-Type", "application/x-vnd.vmware-streamVmdk")
	_ = http.NewResponseController(w).Flush() // from here on nobody adds a length
	out := &exportWriter{v: v, l: l, w: w, began: time.Now()}
	if err := streamVmdk(out, f.disk, f.disk.bytes, f.uuid); err != nil {
		if f.disk.isGone() {
			l.fail(&types.ManagedObjectNotFound{Obj: l.guest.ref})
		}
		panic(http.ErrAbortHandler) // the only way to cut an answer short, so that the client notices
	}
}

// exportWriter paces a download and lets the ordered faults strike it.
type exportWriter struct {
	v     *vcenter
	l     *HttpNfcLease
	w     http.ResponseWriter
	began time.Time
	sent  int64
	armed bool
	wait  []fault
}

func (e *exportWriter) Write(b []byte) (int, error) {
	if !e.armed {
		e.armed = true
		e.wait = e.v.faults.hit("stream", e.v.name(e.l.guest.ref), func(*fault) bool { return true })
	}
	for i := 0; i < len(e.wait); i++ {
		x := e.wait[i]
		if e.sent+int64(len(b)) <= x.Bytes {
			continue
		}
		e.wait = append(e.wait[:i:i], e.wait[i+1:]...)
		i--
		switch x.Do {
		case "drop":
			return 0, fmt.Errorf("dropped after %d bytes, as ordered", e.sent)
		case "lose-lease":
			e.l.fail(&types.Timedout{})
		case "slow":
			time.Sleep(time.Duration(x.Millis) * time.Millisecond)
		case "not-authenticated":
			e.v.endSession(e.l.session)
		default:
			e.v.act(x, e.l.guest.ref)
		}
	}
	select {
	case <-e.l.over:
		return 0, fmt.Errorf("the lease ended after %d bytes", e.sent)
	default:
	}
	if rate := e.v.opt.exportRate; rate > 0 {
		due := time.Duration(float64(e.sent) / float64(rate) * float64(time.Second))
		time.Sleep(due - time.Since(e.began))
	}
	n, err := e.w.Write(b)
	e.sent += int64(n)
	return n, err
}
