package main

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

func TestSession_loginAndLogout_areCounted(t *testing.T) {
	w := begin(t, "-vms", "0")
	if n := len(w.state().Sessions); n != 1 {
		t.Fatal(n)
	}
	c := w.login(w.v.ready.RoleUser, w.v.ready.RolePassword)
	if s := w.state().Sessions; len(s) != 2 {
		t.Fatal(s)
	}
	if err := c.Logout(w.ctx); err != nil {
		t.Fatal(err)
	}
	if s := w.state().Sessions; len(s) != 1 || s[0].User != w.v.ready.User {
		t.Fatal(s)
	}
	if err := w.c.Login(w.ctx, url.UserPassword(w.v.ready.User, "wrong")); err == nil || !strings.Contains(err.Error(), "incorrect user name or password") && !strings.Contains(err.Error(), "Login failure") {
		t.Fatal("a wrong password: ", err)
	}
}

// Without a session nothing but the service content is answered, reads of properties neither.
func TestSession_expired_isNotAuthenticatedEverywhere(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "1", "-fill-kb", "0", "-session-timeout", "400ms")
	vm := w.vm(w.c, "server-0001")
	for range 6 { // a session in use does not expire
		time.Sleep(100 * time.Millisecond)
		w.props(vm.Reference(), "name")
	}
	w.until("the session ends", func() bool { return len(w.state().Sessions) == 0 })
	calls := map[string]func() error{
		"properties": func() error {
			var o mo.VirtualMachine
			return property.DefaultCollector(w.c.Client).RetrieveOne(w.ctx, vm.Reference(), []string{"name"}, &o)
		},
		"snapshot": func() error { _, err := vm.CreateSnapshot(w.ctx, "x", "", false, false); return err },
		"time":     func() error { _, err := methods.GetCurrentTime(w.ctx, w.c.Client); return err },
		"logout":   func() error { return w.c.Logout(w.ctx) },
	}
	for name, call := range calls {
		err := call()
		if _, ok := faultOf(err).(types.NotAuthenticated); !ok || !strings.Contains(err.Error(), "not authenticated") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := methods.GetServiceContent(w.ctx, w.c.Client); err != nil {
		t.Error("the service content is for everybody: ", err)
	}
	if err := w.c.Login(w.ctx, url.UserPassword(w.v.ready.User, w.v.ready.Password)); err != nil {
		t.Fatal(err)
	}
	if w.props(vm.Reference(), "name").Name != "server-0001" {
		t.Fatal("a new session reads")
	}
}

func TestFault_notAuthenticatedOnce_endsThatSession(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "1", "-fill-kb", "0")
	vm := w.vm(w.c, "server-0001")
	w.order(`{"on":"CreateSnapshot_Task","do":"not-authenticated"}`)
	for range 2 { // the session is gone for good, as on a real vCenter
		_, err := vm.CreateSnapshot(w.ctx, "x", "", false, false)
		if _, ok := faultOf(err).(types.NotAuthenticated); !ok {
			t.Fatal(err)
		}
	}
	if err := w.c.Login(w.ctx, url.UserPassword(w.v.ready.User, w.v.ready.Password)); err != nil {
		t.Fatal(err)
	}
	w.snapshot(vm, "x")
}

// Each privilege that the role lacks is named with the VM; with it the call goes through.
func TestRole_withoutPrivilege_isNoPermission(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "1", "-fill-kb", "64", "-role", "System.View,System.Read")
	c := w.login(w.v.ready.RoleUser, w.v.ready.RolePassword)
	vm := w.vm(c, "server-0001") // reading is allowed
	ref := vm.Reference()
	snap := w.snapshot(w.vm(w.c, "server-0001"), "of the administrator")
	want := func(privilege string, call func() error) {
		t.Helper()
		f, ok := faultOf(call()).(types.NoPermission)
		if !ok || f.PrivilegeId != privilege || *f.Object != ref || f.MissingPrivileges[0].PrivilegeIds[0] != privilege {
			t.Errorf("%s: %+v", privilege, f)
		}
	}
	on := true
	want("VirtualMachine.State.CreateSnapshot", func() error { _, err := vm.CreateSnapshot(w.ctx, "x", "", false, false); return err })
	want("VirtualMachine.State.RemoveSnapshot", func() error {
		_, err := methods.RemoveSnapshot_Task(w.ctx, c, &types.RemoveSnapshot_Task{This: snap})
		return err
	})
	want("VApp.Export", func() error { _, err := w.export(c, snap); return err })
	want("VirtualMachine.Provisioning.DiskRandomRead", func() error {
		_, err := methods.QueryChangedDiskAreas(w.ctx, c, &types.QueryChangedDiskAreas{This: ref, Snapshot: &snap, DeviceKey: 2000, ChangeId: "*"})
		return err
	})
	want("VirtualMachine.Config.ChangeTracking", func() error {
		_, err := vm.Reconfigure(w.ctx, types.VirtualMachineConfigSpec{ChangeTrackingEnabled: &on})
		return err
	})
	want("VirtualMachine.Interact.PowerOff", func() error { _, err := vm.PowerOff(w.ctx); return err })

	auth := object.NewAuthorizationManager(c.Client)
	me, err := c.SessionManager.UserSession(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	held, err := auth.HasPrivilegeOnEntity(w.ctx, ref, me.Key, []string{"System.Read", "VApp.Export"})
	if err != nil || !held[0] || held[1] {
		t.Fatal(held, err)
	}
	w.v.setRole(roleOfConnector)
	if _, err := w.export(c, snap); err != nil {
		t.Fatal("with the privilege: ", err)
	}
	w.order(`{"on":"CreateSnapshot_Task","do":"no-permission","privilege":"Datastore.AllocateSpace"}`)
	want("Datastore.AllocateSpace", func() error { _, err := vm.CreateSnapshot(w.ctx, "x", "", false, false); return err })
}

func TestFolder_withoutSession_isClosed(t *testing.T) {
	w := begin(t, "-vms", "1", "-disk-mb", "1", "-fill-kb", "64")
	u, _ := url.Parse(strings.TrimSuffix(w.v.ready.URL, "/sdk") + "/folder/server-0001/server-0001.vmx?dcPath=DC0&dsName=LocalDS_0")
	stranger := soap.NewClient(u, false)
	if err := stranger.SetRootCAs(w.v.ready.CAFile); err != nil {
		t.Fatal(err)
	}
	if _, _, err := stranger.Download(w.ctx, u, &soap.DefaultDownload); err == nil || !strings.Contains(err.Error(), "401") {
		t.Fatal(err)
	}
}
