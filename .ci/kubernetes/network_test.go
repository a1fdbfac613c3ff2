package kubernetes_test

import (
	"encoding/json"
	"net/netip"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
)

// TestNetwork: which addresses a run may talk to, port by port.
func TestNetwork(t *testing.T) {
	t.Parallel()
	var policies []networkingv1.NetworkPolicySpec
	for _, object := range build(t, "base") {
		if a := read(t, object); a.Kind == "NetworkPolicy" {
			var spec networkingv1.NetworkPolicySpec
			if err := json.Unmarshal(a.Spec, &spec); err != nil {
				t.Fatal(err)
			}
			policies = append(policies, spec)
		}
	}
	for _, c := range []struct {
		address string
		port    int32
		run     bool // whether a run may; no other pod of ours may talk to anybody
	}{
		{address: "13.32.99.4", port: 443, run: true},        // of a content network
		{address: "2600:9000:2490::1", port: 443, run: true}, // the same
		{address: "13.32.99.4", port: 80},
		{address: "10.96.0.10", port: 53, run: true}, // the cluster's names
		{address: "169.254.20.10", port: 53, run: true},
		{address: "10.96.0.1", port: 443},       // the cluster's API
		{address: "169.254.169.254", port: 443}, // the cloud's credentials
		{address: "169.254.169.254", port: 80},
		{address: "192.168.1.1", port: 443}, {address: "172.31.255.255", port: 443}, {address: "100.64.0.1", port: 443},
		{address: "127.0.0.1", port: 443}, {address: "fd00::1", port: 443}, {address: "fe80::1", port: 443}, {address: "::1", port: 443},
		{address: "172.32.0.1", port: 443, run: true}, {address: "100.128.0.1", port: 443, run: true},
	} {
		labels := map[string]string{"app.kubernetes.io/name": "contactsync", "app.kubernetes.io/component": "run"}
		if got := allows(policies, labels, netip.MustParseAddr(c.address), c.port); got != c.run {
			t.Errorf("a run may talk to %s, port %d: %v, want %v", c.address, c.port, got, c.run)
		}
		labels["app.kubernetes.io/component"] = "prune"
		if allows(policies, labels, netip.MustParseAddr(c.address), c.port) {
			t.Errorf("what needs no network may talk to %s, port %d", c.address, c.port)
		}
	}
}

// allows does what a network plugin does: a pod that a policy is about may do what any of these policies lets it do.
func allows(policies []networkingv1.NetworkPolicySpec, labels map[string]string, to netip.Addr, port int32) bool {
	isolated := false
	for _, policy := range policies {
		about := true
		for name, value := range policy.PodSelector.MatchLabels {
			about = about && labels[name] == value
		}
		if !about {
			continue
		}
		isolated = true
		for _, rule := range policy.Egress {
			ports, peers := false, len(rule.To) == 0
			for _, p := range rule.Ports {
				ports = ports || p.Port.IntVal == port
			}
			for _, peer := range rule.To {
				inside := netip.MustParsePrefix(peer.IPBlock.CIDR).Contains(to)
				for _, except := range peer.IPBlock.Except {
					inside = inside && !netip.MustParsePrefix(except).Contains(to)
				}
				peers = peers || inside
			}
			if ports && peers {
				return true
			}
		}
	}
	return !isolated
}
