// Package kubernetes builds the samples' kustomizations and holds what comes out against what Kubernetes accepts: the newest version by
// its own code, strictly decoded, with defaults and validation, the older ones by the schemas that they publish; against the pod security
// standard "restricted", by its own code too; and against what their network policies are to let through. It is a module of its own, so
// that nothing of this stands in the program's go.mod.
//
// For a new version of Kubernetes raise k8s.io/kubernetes and all of its replacements in go.mod to it, list it in
// versions.txt, and run cut.go, which writes the schemas anew.
package kubernetes
