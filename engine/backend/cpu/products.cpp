// SPDX-License-Identifier: Apache-2.0
#include "engine/backend/cpu/products.h"

namespace arcmeter::backend::cpu {

std::unique_ptr<ProductLibrary> make_product_library() {
#if defined(ARCMETER_HAVE_ONEDNN)
    return make_onednn_products();
#else
    return make_reference_products();
#endif
}

}  // namespace arcmeter::backend::cpu
