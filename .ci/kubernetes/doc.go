// Package kubernetes holds the sample's manifests against what Kubernetes accepts: the newest version by its own code,
// strictly decoded, with defaults and validation, the older ones by the schemas that they publish. It is a module of its
// own, so that nothing of this stands in the program's go.mod.
//
// For a new version of Kubernetes raise k8s.io/kubernetes and all of its replacements in go.mod to it, list it in
// versions.txt, and run cut.go, which writes the schemas anew.
package kubernetes
