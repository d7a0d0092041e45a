package main

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// roleOfConnector is what the role's user may do when no flag says otherwise: read, and what
// docs/vsphere.md will ask for.
var roleOfConnector = []string{"System.Anonymous", "System.View", "System.Read", "VApp.Export",
	"VirtualMachine.State.CreateSnapshot", "VirtualMachine.State.RemoveSnapshot"}

// privileges are what the methods need, from the API reference of each.
var privileges = map[string]string{
	"AddAuthorizationRole":           "Authorization.ModifyRoles",
	"CloneVM_Task":                   "VirtualMachine.Provisioning.Clone",
	"ConsolidateVMDisks_Task":        "VirtualMachine.State.RemoveSnapshot",
	"CreateSnapshotEx_Task":          "VirtualMachine.State.CreateSnapshot",
	"CreateSnapshot_Task":            "VirtualMachine.State.CreateSnapshot",
	"CreateVM_Task":                  "VirtualMachine.Inventory.Create",
	"Destroy_Task":                   "VirtualMachine.Inventory.Delete",
	"ExportSnapshot":                 "VApp.Export",
	"ExportVm":                       "VApp.Export",
	"MarkAsTemplate":                 "VirtualMachine.Provisioning.MarkAsTemplate",
	"MigrateVM_Task":                 "Resource.HotMigrate",
	"PowerOffVM_Task":                "VirtualMachine.Interact.PowerOff",
	"PowerOnVM_Task":                 "VirtualMachine.Interact.PowerOn",
	"QueryChangedDiskAreas":          "VirtualMachine.Provisioning.DiskRandomRead",
	"RelocateVM_Task":                "Resource.HotMigrate",
	"RemoveAllSnapshots_Task":        "VirtualMachine.State.RemoveSnapshot",
	"RemoveSnapshot_Task":            "VirtualMachine.State.RemoveSnapshot",
	"RenameSnapshot":                 "VirtualMachine.State.RenameSnapshot",
	"Rename_Task":                    "VirtualMachine.Config.Rename",
	"ResetVM_Task":                   "VirtualMachine.Interact.Reset",
	"RevertToCurrentSnapshot_Task":   "VirtualMachine.State.RevertToSnapshot",
	"RevertToSnapshot_Task":          "VirtualMachine.State.RevertToSnapshot",
	"SearchDatastoreSubFolders_Task": "Datastore.Browse",
	"SearchDatastore_Task":           "Datastore.Browse",
	"SetEntityPermissions":           "Authorization.ModifyPermissions",
	"SuspendVM_Task":                 "VirtualMachine.Interact.Suspend",
	"TerminateSession":               "Sessions.TerminateSession",
	"UnregisterVM":                   "VirtualMachine.Inventory.Unregister",
	"UpdateAuthorizationRole":        "Authorization.ModifyRoles",
	"UpdateOptions":                  "Global.Settings",
}

// needs is the privilege of a call, "" for those that reading alone allows.
func needs(m *simulator.Method) string {
	if r, ok := m.Body.(*types.ReconfigVM_Task); ok {
		if r.Spec.ChangeTrackingEnabled != nil {
			return "VirtualMachine.Config.ChangeTracking"
		}
		return "VirtualMachine.Config.Settings"
	}
	return privileges[m.Name]
}

func (v *vcenter) admin(name string) bool {
	if name == "" { // the simulator's own calls
		return true
	}
	return slices.ContainsFunc(v.users, func(u user) bool { return u.Name == name && u.Admin })
}

func (v *vcenter) holds(name, privilege string) bool {
	if v.admin(name) {
		return true
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Contains(v.role, privilege)
}

func (v *vcenter) setRole(privileges []string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.role = privileges
}

func noPermission(object types.ManagedObjectReference, privilege string) types.BaseMethodFault {
	return &types.NoPermission{Object: &object, PrivilegeId: privilege,
		MissingPrivileges: []types.NoPermissionEntityPrivileges{{Entity: object, PrivilegeIds: []string{privilege}}}}
}

func (v *vcenter) entityPrivileges(name string, entities []types.ManagedObjectReference, ids []string) []types.EntityPrivilege {
	var out []types.EntityPrivilege
	for _, e := range entities {
		p := types.EntityPrivilege{Entity: e}
		for _, id := range ids {
			p.PrivAvailability = append(p.PrivAvailability, types.PrivilegeAvailability{PrivId: id, IsGranted: v.holds(name, id)})
		}
		out = append(out, p)
	}
	return out
}

func (v *vcenter) userOfSession(key string) string {
	for _, s := range v.sessions() {
		if s.Key == key {
			return s.UserName
		}
	}
	return "nobody"
}

// HasPrivilegeOnEntityResponse takes the place of the module's type, which drops each false in a list.
type HasPrivilegeOnEntityResponse struct {
	Returnval []bool `xml:"returnval"`
}

type hasPrivilegeBody struct {
	Res *HasPrivilegeOnEntityResponse `xml:"HasPrivilegeOnEntityResponse"`
}

func (b *hasPrivilegeBody) Fault() *soap.Fault { return nil }

// HasPrivilegeOnEntity and the three that follow answer by the role; the module says yes to all.
func (v *vcenter) HasPrivilegeOnEntity(_ *simulator.Context, r *types.HasPrivilegeOnEntity) soap.HasFault {
	out := &HasPrivilegeOnEntityResponse{}
	for _, id := range r.PrivId {
		out.Returnval = append(out.Returnval, v.holds(v.userOfSession(r.SessionId), id))
	}
	return &hasPrivilegeBody{out}
}

func (v *vcenter) HasPrivilegeOnEntities(_ *simulator.Context, r *types.HasPrivilegeOnEntities) soap.HasFault {
	return &methods.HasPrivilegeOnEntitiesBody{Res: &types.HasPrivilegeOnEntitiesResponse{
		Returnval: v.entityPrivileges(v.userOfSession(r.SessionId), r.Entity, r.PrivId)}}
}

func (v *vcenter) HasUserPrivilegeOnEntities(_ *simulator.Context, r *types.HasUserPrivilegeOnEntities) soap.HasFault {
	return &methods.HasUserPrivilegeOnEntitiesBody{Res: &types.HasUserPrivilegeOnEntitiesResponse{
		Returnval: v.entityPrivileges(r.UserName, r.Entities, r.PrivId)}}
}

func (v *vcenter) FetchUserPrivilegeOnEntities(_ *simulator.Context, r *types.FetchUserPrivilegeOnEntities) soap.HasFault {
	if v.admin(r.UserName) {
		return v.model.Map().Get(r.This).(*simulator.AuthorizationManager).FetchUserPrivilegeOnEntities(r)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []types.UserPrivilegeResult
	for _, e := range r.Entities {
		out = append(out, types.UserPrivilegeResult{Entity: e, Privileges: slices.Clone(v.role)})
	}
	return &methods.FetchUserPrivilegeOnEntitiesBody{Res: &types.FetchUserPrivilegeOnEntitiesResponse{Returnval: out}}
}
