package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

// ready is the line that tells the parent where everything is.
type ready struct {
	URL          string `json:"url"`
	User         string `json:"user"`
	Password     string `json:"password"`
	RoleUser     string `json:"roleUser"`
	RolePassword string `json:"rolePassword"`
	CAFile       string `json:"caFile"`
	Control      string `json:"control"`
	VMs          int    `json:"vms"`
}

// start makes the simulated vCenter; ctx ends its writers, close the rest.
func start(ctx context.Context, o options) (*vcenter, error) {
	dir, err := scratch(o.dir)
	if err != nil {
		return nil, err
	}
	v := &vcenter{opt: o, dir: dir, role: o.role, guests: map[string]*guest{}, states: map[string][]*frozen{},
		leases: map[string]*HttpNfcLease{}, calls: map[string]int{}, log: log.New(os.Stderr, "vcenter: ", 0),
		users: []user{{"administrator@vsphere.local", "simulated-1", true}, {"connector@vsphere.local", "simulated-2", false}}}
	if err := v.open(ctx); err != nil {
		v.close()
		return nil, err
	}
	return v, nil
}

func (v *vcenter) open(ctx context.Context) error {
	v.opt.disks = filepath.Join(v.dir, "disks")
	if err := os.Mkdir(v.opt.disks, 0o700); err != nil {
		return err
	}
	var err error
	if v.model, err = infrastructure(v.opt, v.dir); err != nil {
		return err
	}
	v.Self = types.ManagedObjectReference{Type: "Simulated", Value: "simulated"}
	v.model.Map().Put(v)
	if err := v.populate(); err != nil {
		return err
	}
	if err := v.listen(); err != nil {
		return err
	}
	return v.startWork(ctx)
}

func (v *vcenter) listen() error {
	caFile := filepath.Join(v.dir, "ca.pem")
	certificate, print, err := certificates(caFile)
	if err != nil {
		return err
	}
	v.opt.thumbprint = print
	// The module panics where it cannot listen; ask before it does.
	probe, err := net.Listen("tcp", v.opt.listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", v.opt.listen, err)
	}
	_ = probe.Close()

	s, m := v.model.Service, v.model.Map()
	m.Handler, m.Cookie = v.handle, v.cookie
	m.SessionManager().ValidLogin = v.validLogin
	m.OptionManager().UpdateOptions(&types.UpdateOptions{ChangedValue: []types.BaseOptionValue{
		&types.OptionValue{Key: "config.vmacore.soap.sessionTimeout", Value: v.opt.sessionTimeout.String()}}})
	s.TLS = certificate
	s.Listen = &url.URL{Host: v.opt.listen, User: url.UserPassword(v.users[0].Name, v.users[0].Password)}
	s.ServeMux = http.NewServeMux()
	s.ServeMux.HandleFunc("GET /nfc/", v.serveNfc)
	// The module serves and takes files of a datastore without asking who it is.
	closed := func(w http.ResponseWriter, r *http.Request) {
		if v.sessionOf(r) == "" {
			http.Error(w, "401 the session is not authenticated", http.StatusUnauthorized)
			return
		}
		http.Error(w, "404 datastore files are not simulated", http.StatusNotFound)
	}
	for _, pattern := range []string{"GET /folder/", "PUT /folder/", "POST /folder/", "PUT /nfc/", "POST /nfc/"} {
		s.ServeMux.HandleFunc(pattern, closed)
	}
	v.server = s.NewServer()

	l, err := net.Listen("tcp", v.opt.controlListen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", v.opt.controlListen, err)
	}
	v.controlServer = &http.Server{Handler: v.control(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = v.controlServer.Serve(l) }()
	v.ready = ready{URL: "https://" + v.server.URL.Host + "/sdk", User: v.users[0].Name, Password: v.users[0].Password,
		RoleUser: v.users[1].Name, RolePassword: v.users[1].Password, CAFile: caFile, Control: "http://" + l.Addr().String(), VMs: v.opt.vms}
	return nil
}

// startWork begins what goes on by itself: the guests' writers, and the end of idle sessions and leases.
func (v *vcenter) startWork(ctx context.Context) error {
	ctx, v.stop = context.WithCancel(ctx)
	if v.opt.writesPerSecond > 0 {
		for i, ref := range v.sorted("VirtualMachine") {
			if i < v.opt.writers {
				v.work.Go(func() { v.run(ctx, v.guest(ref), i) })
			}
		}
	}
	v.work.Go(func() {
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				v.sessions()
				v.reap()
			}
		}
	})
	return nil
}

// close ends everything and leaves nothing behind.
func (v *vcenter) close() {
	if v.stop != nil {
		v.stop()
	}
	v.work.Wait()
	if v.controlServer != nil {
		_ = v.controlServer.Close()
	}
	if v.server != nil {
		for _, l := range v.leasesOf("") { // so that downloads end
			l.fail(&types.RequestCanceled{})
		}
		v.server.CloseClientConnections()
		v.server.Close()
	}
	for _, g := range v.guests {
		for _, d := range g.disks {
			d.close()
		}
	}
	if v.model != nil && v.model.Service != nil {
		v.model.Remove()
	}
	_ = os.RemoveAll(v.dir)
}
