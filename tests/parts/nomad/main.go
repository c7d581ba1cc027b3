// nomad FILE: a job specification against the structs of Nomad's own API, whose tags name every attribute and block. The parser is HCL's;
// Nomad's own sits in a module that cannot be had. A name that the struct has not, or a value that does not fit, is an error.
package main

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/nomad/api"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/gocty"
)

var failed = false

func wrong(at hcl.Range, format string, values ...any) {
	failed = true
	fmt.Fprintf(os.Stderr, "%s: %s\n", at, fmt.Sprintf(format, values...))
}

// inner is what a field holds, behind its pointer or list.
func inner(kind reflect.Type) reflect.Type {
	for kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice {
		kind = kind.Elem()
	}
	return kind
}

// fields are a struct's, by the name that HCL has for each; the word behind it is "block", "label" or about an attribute.
func fields(kind reflect.Type, word string) map[string]reflect.Type {
	named := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(kind) {
		name, option, _ := strings.Cut(field.Tag.Get("hcl"), ",")
		if (option == "block") == (word == "block") && option != "label" && name != "" {
			named[name] = field.Type
		}
	}
	return named
}

func fits(value cty.Value, kind reflect.Type) error {
	if inner(kind) == reflect.TypeOf(time.Duration(0)) {
		_, err := time.ParseDuration(value.AsString())
		return err
	}
	for kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	wanted, err := gocty.ImpliedType(reflect.Zero(kind).Interface())
	if err != nil {
		return err
	}
	_, err = convert.Convert(value, wanted)
	return err
}

func look(body *hclsyntax.Body, kind reflect.Type) {
	free := kind.Kind() == reflect.Map // a driver's configuration, variables of the environment
	var attributes, blocks map[string]reflect.Type
	if !free {
		attributes, blocks = fields(kind, "attribute"), fields(kind, "block")
	}
	for name, attribute := range body.Attributes {
		value, problems := attribute.Expr.Value(nil)
		if problems.HasErrors() {
			wrong(attribute.SrcRange, "%s", problems)
		} else if !free && attributes[name] == nil {
			wrong(attribute.SrcRange, "%s has no attribute %q", kind, name)
		} else if !free {
			if err := fits(value, attributes[name]); err != nil {
				wrong(attribute.SrcRange, "%s: %s", name, err)
			}
		}
	}
	for _, block := range body.Blocks {
		if free || blocks[block.Type] == nil {
			wrong(block.TypeRange, "%s has no block %q", kind, block.Type)
		} else {
			look(block.Body, inner(blocks[block.Type]))
		}
	}
}

func main() {
	file, problems := hclparse.NewParser().ParseHCLFile(os.Args[1])
	if problems.HasErrors() {
		fmt.Fprintln(os.Stderr, problems)
		os.Exit(1)
	}
	type specification struct {
		Job api.Job `hcl:"job,block"`
	}
	look(file.Body.(*hclsyntax.Body), reflect.TypeOf(specification{}))
	if failed {
		os.Exit(1)
	}
}
