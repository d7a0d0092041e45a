package main

import (
	"reflect"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// Fetch is how pyVmomi and ovftool read one property; the API reference leaves it out. The module
// answers an unset property with another method's response, which pyVmomi takes for an error: a VM
// without snapshots could not be told from a broken one.

// fetch carries the module's own request, of a type that it does not export.
type fetch struct {
	object   types.ManagedObjectReference
	property string
	request  reflect.Value
}

// FetchResponse is an empty answer; the module makes the others.
type FetchResponse struct{}

type fetchBody struct {
	Res *FetchResponse `xml:"FetchResponse"`
}

func (b *fetchBody) Fault() *soap.Fault { return nil }

func (v *vcenter) leadFetch(m *simulator.Method) {
	r := reflect.ValueOf(m.Body)
	object, ok := r.Elem().FieldByName("This").Interface().(types.ManagedObjectReference)
	if !ok {
		return
	}
	m.Body = &fetch{object, r.Elem().FieldByName("Prop").String(), r}
	m.Name, m.This = "FetchProperty", v.Self
}

// FetchProperty answers nothing where nothing is set, and what the module says otherwise.
func (v *vcenter) FetchProperty(ctx *simulator.Context, f *fetch) soap.HasFault {
	pc := ctx.Session.Get(v.model.ServiceContent.PropertyCollector).(*simulator.PropertyCollector)
	body, ok := pc.RetrievePropertiesEx(ctx, &types.RetrievePropertiesEx{SpecSet: []types.PropertyFilterSpec{{
		PropSet:   []types.PropertySpec{{Type: f.object.Type, PathSet: []string{f.property}}},
		ObjectSet: []types.ObjectSpec{{Obj: f.object}}}}}).(*methods.RetrievePropertiesExBody)
	if ok && body.Res != nil && len(body.Res.Returnval.Objects) == 1 {
		if o := body.Res.Returnval.Objects[0]; len(o.PropSet) == 0 && len(o.MissingSet) == 0 {
			return &fetchBody{&FetchResponse{}}
		}
	}
	out := reflect.ValueOf(pc).MethodByName("Fetch").Call([]reflect.Value{reflect.ValueOf(ctx), f.request})
	return out[0].Interface().(soap.HasFault)
}
