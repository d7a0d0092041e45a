package main

import (
	"net/http"
	"strings"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// user is an account: an administrator, or one who holds only his role's privileges.
type user struct {
	Name     string
	Password string
	Admin    bool
}

func (v *vcenter) validLogin(req *types.Login) bool {
	for _, u := range v.users {
		if u.Name == req.UserName {
			return u.Password == req.Password
		}
	}
	return false
}

// sessions are those that live; the ones that idled too long are ended first.
func (v *vcenter) sessions() []types.UserSession {
	m := v.context().Session.Get(v.model.Map().SessionManager().Self).(*simulator.SessionManager)
	live := m.SessionList[:0]
	for _, s := range m.SessionList {
		if time.Since(s.LastActiveTime) > v.opt.sessionTimeout {
			v.endSession(s.Key)
		} else {
			live = append(live, s)
		}
	}
	return live
}

// endSession ends a session and with it its leases.
func (v *vcenter) endSession(key string) {
	v.model.Map().SessionManager().TerminateSession(v.context(), &types.TerminateSession{SessionId: []string{key}})
	for _, l := range v.leasesOf(key) {
		l.fail(&types.NotAuthenticated{})
	}
}

// cookie is the session that a call names, or "" when it has none that lives. The module itself
// ends idle sessions too late, by up to their whole time.
func (v *vcenter) cookie(ctx *simulator.Context) string {
	id := simulator.HTTPCookie(ctx)
	for _, s := range v.sessions() {
		if s.Key == id {
			return id
		}
	}
	return ""
}

// sessionOf is the session of a plain HTTP request, "" for none.
func (v *vcenter) sessionOf(r *http.Request) string {
	c, err := r.Cookie(soap.SessionCookieName)
	if err != nil {
		return ""
	}
	id := strings.Trim(c.Value, `"`)
	for _, s := range v.sessions() {
		if s.Key == id {
			return id
		}
	}
	return ""
}

// withoutLogin are the methods that a real vCenter answers to anybody.
var withoutLogin = map[string]bool{"Login": true, "LoginByToken": true, "CloneSession": true,
	"LoginExtensionByCertificate": true, "RetrieveServiceContent": true}

// refusal is a fault on its way to the client.
type refusal struct {
	fault types.BaseMethodFault
}

type refusalBody struct {
	Reason *soap.Fault
}

func (b *refusalBody) Fault() *soap.Fault { return b.Reason }

// refuse turns a call into its refusal. A fault that the module's hook returns has no text on the
// wire; so the call is led to Fetch below, a name that the module lets through without a session.
func (v *vcenter) refuse(m *simulator.Method, fault types.BaseMethodFault) {
	m.Name, m.This, m.Body = "Fetch", v.Self, &refusal{fault}
}

// Fetch answers what was refused.
func (v *vcenter) Fetch(_ *simulator.Context, r *refusal) soap.HasFault {
	return &refusalBody{simulator.Fault(message(r.fault), r.fault)}
}
